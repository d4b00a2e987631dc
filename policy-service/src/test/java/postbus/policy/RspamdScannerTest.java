package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.ScannedMails.SHORT;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.asking;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.ScannedMails.reply;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.NextHop.Host;
import postbus.mail.Verdict;
import postbus.site.Place;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;

/** The seed's rule with an Rspamd that answers as its documentation has it. */
@Timeout(120)
class RspamdScannerTest {
  private static final String AWAY = "X-Spam-Scanned: no (the scanner is away)";

  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer rspamd;
  private volatile int status = 200;
  private volatile String answer = scored("0.2");
  private volatile boolean silent;
  private volatile String head = "";
  private volatile String body = "";

  @BeforeEach
  void start() throws IOException {
    rspamd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    rspamd.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    rspamd.createContext("/checkv2", this::answer);
    rspamd.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    head = exchange.getRequestMethod() + " " + exchange.getRequestHeaders().entrySet();
    body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    try {
      if (silent) {
        end.await();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    byte[] octets = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  @AfterEach
  void stop() {
    end.countDown();
    rspamd.stop(0);
  }

  @Test
  void theMailAndItsEnvelopeAreSent() {
    assertThat(check().on(mail(TEXT, "mark@wikimedia.org", "noc@wikimedia.org")))
        .isEqualTo(new Verdict.Accept(List.of()));
    assertThat(body).endsWith("Received: from out.example.org\r\n\tby mchenry\r\n" + TEXT);
    assertThat(head)
        .startsWith("POST ")
        .contains("Ip=[192.0.2.5]", "Helo=[out.example.org]", "From=[jane@example.org]")
        .contains("noc@wikimedia.org", "mark@wikimedia.org");
  }

  @Test
  void aScoreAboveOneIsToldWithTheRulesThatCounted() {
    answer = scored("5.19");
    assertThat(fields(check().on(mail(TEXT))))
        .containsExactly(
            "X-Spam-Score: 5.1 (+++++)",
            "X-Spam-Report: 5.2 BAYES_SPAM Message probably spam\r\n -0.1 MIME_GOOD Known"
                + " content-type");
  }

  @Test
  void aScoreAboveTwelveIsRefusedInTheSeedsWords() {
    answer = scored("12.1");
    assertThat(reply(check().on(mail(TEXT))))
        .isEqualTo("550 5.7.1 This message scored 12.1 spam points.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "{}", "[1]", "{\"score\":\"high\"}", "{\"score\":5.2", "<html>"})
  void nonsenseIsNoAnswer(String nonsense) {
    answer = nonsense;
    assertThat(fields(check().on(mail(TEXT)))).containsExactly(AWAY);
  }

  @Test
  void whatRspamdSkipsIsUnscannedAndNoFailure() {
    SpamCheck check = check();
    answer = "{\"is_skipped\":true,\"score\":0}";
    for (int i = 0; i < 2 * ScannerServer.FAILURES_MAX; i++) {
      assertThat(fields(check.on(mail(TEXT))))
          .containsExactly("X-Spam-Scanned: no (the scanner did not judge it)");
    }
    answer = "{\"is_skipped\":true,\"score\":15.0,\"action\":\"reject\"}"; // GTUBE
    assertThat(check.on(mail(TEXT))).isInstanceOf(Verdict.Refuse.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"300000000", "9e99", "429496729.5"})
  void aScoreWithoutBoundsKeepsItsSign(String score) {
    answer = scored(score);
    assertThat(reply(check().on(mail(TEXT)))).contains("scored 10000.0 spam points");
    answer = scored("-" + score);
    assertThat(fields(check().on(mail(TEXT)))).isEmpty();
  }

  @Test
  void anErrorAndSilenceAndNobodyAreNoAnswer() {
    status = 500;
    assertThat(fields(check().on(mail(TEXT)))).containsExactly(AWAY);
    status = 200;
    silent = true;
    assertThat(fields(check(SHORT).on(mail(TEXT)))).containsExactly(AWAY);
    rspamd.stop(0);
    assertThat(fields(check().on(mail(TEXT)))).containsExactly(AWAY);
  }

  private SpamCheck check() {
    return check(ScannedMails.WAIT);
  }

  private SpamCheck check(Duration wait) {
    Place place = new Place.Tcp(new Host("127.0.0.1", rspamd.getAddress().getPort()));
    Spam rule =
        new Spam(SpamProgram.RSPAMD, asking(1 << 20, wait, place), Optional.empty(), 10, 120);
    return new SpamCheck(
        rule,
        _ -> true,
        new ScannerServers<>("spam", new RspamdScanner(), rule.asking(), System::nanoTime),
        ScannedMails.IN_RECORD);
  }

  private static String scored(String score) {
    return """
    {"is_skipped":false,"score":%s,"required_score":7.0,"action":"add header",
     "symbols":{
      "BAYES_SPAM":{"name":"BAYES_SPAM","score":5.2,"description":"Message probably spam"},
      "ARC_NA":{"name":"ARC_NA","score":0.0,"description":"ARC signature absent"},
      "MIME_GOOD":{"name":"MIME_GOOD","score":-0.1,"description":"Known content-type"}},
     "messages":{},"message-id":"x@example.org","time_real":0.2}
    """
        .formatted(score);
  }
}
