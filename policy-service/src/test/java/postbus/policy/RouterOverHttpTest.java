package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;

class RouterOverHttpTest {
  private static final EmailAddress ADDRESS = EmailAddress.of("a+b&c@wikimedia.org");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch hold = new CountDownLatch(1);
  private volatile String seen = "";
  private volatile String answer = "{\"ours\":true,\"reply\":\"550 5.1.1 unknown user\"}";
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
          seen = exchange.getRequestURI().getQuery();
          byte[] octets = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, octets.length);
          if (isSlow) {
            await();
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
    assertThat(verification.ours()).isTrue();
    assertThat(verification.reply().toString()).isEqualTo("550 5.1.1 unknown user");
    assertThat(seen).isEqualTo("address=a+b&c@wikimedia.org");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "{\"ours\":true}", "{\"ours\":1,\"reply\":\"250 2.1.5 Ok\"}"})
  void anAnswerThatIsNoneMeansLater(String garbage) {
    answer = garbage;
    assertLater(router(Duration.ofSeconds(4)));
  }

  @Test
  void anEndlessAnswerMeansLater() {
    answer = " ".repeat(RouterOverHttp.ANSWER_OCTETS_MAX + 1);
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

  private void assertLater(RouterOverHttp router) {
    Verification verification = router.verify(ADDRESS);
    assertThat(verification.reply().toString()).startsWith("451 4.4.3");
    assertThat(verification.ours()).isTrue();
  }

  private RouterOverHttp router(Duration wait) {
    return new RouterOverHttp(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), wait);
  }

  private void await() {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
