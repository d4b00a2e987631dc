package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.FreePort;
import postbus.testkit.MetricFamilies;
import postbus.testkit.MetricFamilies.Family;
import postbus.testkit.ScriptedSmtpServer;

/** What Prometheus and Kubernetes are told, after mail from a trusted host and from an outsider. */
class MetricsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Pattern PLACE = Pattern.compile("metrics +(\\S+)");

  @TempDir static Path folder;
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static RunningPostbus postbus;
  private static HttpClient prometheus;
  private static URI metrics;

  @BeforeAll
  static void start() throws IOException {
    world = ScriptedSmtpServer.start();
    int nothing = FreePort.here();
    site =
        TestSite.in(folder, world.port())
            .with(
                "\nsessions:",
                """

                otrs: {target: otrs@otrs.example, servers: [127.0.0.1:%d]}
                block-lists: {nobody: {zone: nobody.example, wait: 100ms}}
                greylisting: {active: yes}
                spam: {servers: 127.0.0.1:1}
                virus: {servers: 127.0.0.1:1}
                dns: {servers: 127.0.0.1:%d}
                sessions:\
                """
                    .formatted(nothing, nothing));
    postbus = RunningPostbus.start(site, folder.resolve("data"));
    Matcher place = PLACE.matcher(postbus.output());
    assertThat(place.find()).isTrue();
    metrics = URI.create("http://" + place.group(1));
    prometheus = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    send();
  }

  private static void send() throws IOException {
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      Dialogue.idIn(appServer.mail("noc@wikimedia.org", "good@world.example", "Subject: a"));
      Dialogue.idIn(appServer.mail("a@b.example", "permfail@world.example", "Subject: b"));
    }
    try (Dialogue outsider =
        Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<b@example.org>").says("250");
      outsider.send("RCPT TO:<somebody@elsewhere.example>").says("550");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    prometheus.close();
    postbus.close();
    world.close();
  }

  /** Those of pools are the affair of {@code PoolMetersTest}, those of LMTP of LmtpAwayTest. */
  @Test
  void isWhatTheDocumentSays() throws Exception {
    Map<String, Family> documented =
        ofEverySite(MetricFamilies.documented(TestSite.checkout().resolve("docs/metrics.md")));
    assertThat(documented).isNotEmpty();
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(ofEverySite(MetricFamilies.exposed(scrape()))).isEqualTo(documented));
  }

  private static Map<String, Family> ofEverySite(Map<String, Family> families) {
    families.keySet().removeIf(name -> name.startsWith("postbus_delivery_"));
    families.remove("postbus_mailboxes_away");
    return families;
  }

  @Test
  void countsEachOutcomeOnce() {
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(scrape())
                .contains(
                    outcome("delivered", "shared", "normal", 2),
                    outcome("bounced", "shared", "normal", 1),
                    outcome("routed", "none", "router", 3)));
  }

  /** The bounce is delivered too. */
  private static String outcome(String outcome, String lane, String stage, int count) {
    return "postbus_outcomes_total{lane=\"%s\",outcome=\"%s\",stage=\"%s\"} %d.0"
        .formatted(lane, outcome, stage, count);
  }

  @Test
  void countsWhatClientsHeardAndNothingStaysInHand() {
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(scrape())
                .contains(
                    "postbus_ingress_mail_seconds_count{listener=\"mx\",outcome=\"accepted\"} 2.0",
                    "postbus_policy_recipient_seconds_count{answer=\"refused\"} 1.0",
                    "postbus_stage_window_mails{stage=\"normal\","
                        + "topic=\"delivery.normal.shared\"} 0.0",
                    "postbus_stage_oldest_seconds{stage=\"normal\","
                        + "topic=\"delivery.normal.shared\"} 0.0"));
  }

  @Test
  void timesTheRepliesOfOtherServers() {
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(scrape())
                .containsPattern(replies("greeting"))
                .containsPattern(replies("rcpt"))
                .containsPattern(replies("content")));
  }

  private static String replies(String awaited) {
    return "postbus_delivery_reply_seconds_count\\{awaited=\"%s\",pool=\"normal\"} [1-9]"
        .formatted(awaited);
  }

  /** No check but our own: whoever else is away makes neither of them fail. */
  @Test
  void isReadyAndLiveByItsOwnChecksAlone() throws Exception {
    assertThat(get("/health/ready").replaceAll("\\s", ""))
        .isEqualTo("{\"status\":\"UP\",\"checks\":[{\"name\":\"parts\",\"status\":\"UP\"}]}");
    assertThat(get("/health/live").replaceAll("\\s", ""))
        .isEqualTo("{\"status\":\"UP\",\"checks\":[{\"name\":\"threads\",\"status\":\"UP\"}]}");
  }

  private static String scrape() throws IOException, InterruptedException {
    // The registry ends labels with a comma, which Prometheus takes for nothing.
    return get(metrics.getPath()).replace(",}", "}");
  }

  private static String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(metrics.resolve(path))
            .header("Accept", "text/plain")
            .timeout(LIMIT)
            .build();
    HttpResponse<String> answer = prometheus.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
