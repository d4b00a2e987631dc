package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;

class RouterOverHttpTest {
  private static final EmailAddress ADDRESS = EmailAddress.of("a+b&c@wikimedia.org");

  private static final String GOOD = "{\"standing\":\"local\",\"reply\":\"250 2.1.5 Ok\"}";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch hold = new CountDownLatch(1);
  private volatile String seen = "";
  private final AtomicInteger questions = new AtomicInteger();
  private volatile String answer = "{\"standing\":\"local\",\"reply\":\"550 5.1.1 unknown user\"}";
  private volatile int status = 200;
  private volatile boolean isSlow;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext(
        "/verify",
        exchange -> {
          questions.incrementAndGet();
          seen = exchange.getRequestURI().getQuery();
          byte[] octets = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, octets.length);
          if (isSlow) {
            hold();
          }
          exchange.getResponseBody().write(octets);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    hold.countDown();
    server.stop(0);
    threads.close();
  }

  @Test
  void theRoutersAnswerIsReadAndTheAddressArrivesWhole() {
    Verification verification = router(Duration.ofSeconds(4)).verify(ADDRESS);
    assertThat(verification)
        .isEqualTo(new Verification(Standing.LOCAL, SmtpReply.of(550, "5.1.1", "unknown user")));
    assertThat(seen).isEqualTo("address=a+b&c@wikimedia.org");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"standing\":\"local\"}",
        "{\"standing\":true,\"reply\":\"250 2.1.5 Ok\"}",
        "{\"standing\":\"near\",\"reply\":\"250 2.1.5 Ok\"}",
        "{\"standing\":\"local\",\"reply\":\"yes\"}"
      })
  void anAnswerThatIsNoneMeansLater(String garbage) {
    answer = garbage;
    assertLater(router(Duration.ofSeconds(4)));
  }

  @Test
  void anEndlessAnswerMeansLater() {
    answer = " ".repeat(4097);
    assertLater(router(Duration.ofSeconds(4)));
  }

  @Test
  void anErrorMeansLater() {
    status = 500;
    assertLater(router(Duration.ofSeconds(4)));
  }

  @Test
  void anAnswerThatBeginsAndDoesNotEndMeansLater() {
    isSlow = true;
    assertLater(router(Duration.ofMillis(200)));
  }

  @Test
  void aRouterThatIsDownMeansLater() {
    RouterOverHttp router = router(Duration.ofSeconds(4));
    server.stop(0);
    assertLater(router);
  }

  @Test
  void aRouterThatIsSlowAfterItsHeaderIsNotWaitedForLonger() {
    isSlow = true;
    long before = System.nanoTime();
    assertLater(router(Duration.ofMillis(200)));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aGoodAnswerIsBelievedForAMoment() {
    answer = GOOD;
    RouterOverHttp router = router(Duration.ofSeconds(4));
    assertThat(router.verify(ADDRESS)).isEqualTo(router.verify(ADDRESS));
    assertThat(questions).hasValue(1);
    answer = "{\"standing\":\"local\",\"reply\":\"550 5.1.1 unknown user\"}";
    await()
        .atMost(RouterOverHttp.GOOD_KEEP.plusSeconds(30))
        .until(() -> router.verify(ADDRESS).reply().isPermanent());
    assertThat(questions).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"550 5.1.1 unknown user", "450 4.2.1 being moved", "451 4.4.3 later"})
  void anyOtherAnswerIsNotKept(String reply) {
    answer = "{\"standing\":\"local\",\"reply\":\"" + reply + "\"}";
    RouterOverHttp router = router(Duration.ofSeconds(4));
    assertThat(router.verify(ADDRESS).reply().toString()).isEqualTo(reply);
    answer = GOOD;
    assertThat(router.verify(ADDRESS).reply().isPositive()).isTrue();
  }

  @Test
  void simultaneousQuestionsAboutOneAddressAreAskedOnce() throws Exception {
    isSlow = true;
    RouterOverHttp router = router(Duration.ofSeconds(10));
    List<Future<Verification>> asked =
        Stream.generate(() -> threads.submit(() -> router.verify(ADDRESS))).limit(20).toList();
    await().atMost(Duration.ofSeconds(30)).until(() -> questions.get() == 1);
    Future<Verification> other = threads.submit(() -> router.verify(EmailAddress.of("x@y.org")));
    await().atMost(Duration.ofSeconds(30)).until(() -> questions.get() == 2);
    hold.countDown();
    for (Future<Verification> one : asked) {
      assertThat(one.get().reply().code()).isEqualTo(550);
    }
    assertThat(other.get().reply().code()).isEqualTo(550);
    assertThat(questions).hasValue(2);
  }

  private void assertLater(RouterOverHttp router) {
    Verification verification = router.verify(ADDRESS);
    assertThat(verification.reply().toString()).startsWith("451 4.4.3");
    assertThat(verification.standing()).isEqualTo(Standing.UNKNOWN);
  }

  private RouterOverHttp router(Duration wait) {
    return new RouterOverHttp("http://127.0.0.1:" + server.getAddress().getPort() + "/", wait);
  }

  private void hold() {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
