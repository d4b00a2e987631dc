package postbus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;
import postbus.smtp.ReplyTimes.Awaited;
import postbus.testkit.MetricFamilies;
import postbus.testkit.MetricFamilies.Family;

/** With the registry that Quarkus brings, though Micrometer has a newer one. */
@SuppressWarnings("deprecation")
class PoolMetersTest {
  private static final String REMOTE = "mx.example.net[192.0.2.3]:25";

  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @BeforeEach
  void listen() {
    Metrics.addRegistry(prometheus);
  }

  @AfterEach
  void endListening() {
    Metrics.removeRegistry(prometheus);
    prometheus.close();
  }

  @Test
  void areThoseOfTheDocument() throws Exception {
    assertThat(new PoolMeters("documented")).isNotNull();

    Map<String, Family> documented = MetricFamilies.documented(Path.of("../docs/metrics.md"));
    documented.keySet().removeIf(name -> !name.startsWith("postbus_delivery_"));
    assertThat(MetricFamilies.exposed(scrape())).isNotEmpty().isEqualTo(documented);
  }

  @Test
  void tellOfASessionThatSentAMail() {
    PoolMeters meters = new PoolMeters("telling");
    meters.sessionBegan();
    meters.attempted();
    meters.replied(Awaited.CONTENT, TimeUnit.MILLISECONDS.toNanos(50));
    meters.sent(1234);

    assertThat(scrape())
        .contains("postbus_delivery_sessions_open{pool=\"telling\"} 1.0")
        .contains("postbus_delivery_attempts_total{pool=\"telling\"} 1.0")
        .contains("postbus_delivery_octets_total{pool=\"telling\"} 1234.0")
        .containsPattern(
            "postbus_delivery_reply_seconds_bucket\\{awaited=\"content\",pool=\"telling\","
                + "le=\"0.1\"} 1\\.0");

    meters.sessionEnded();

    assertThat(scrape()).contains("postbus_delivery_sessions_open{pool=\"telling\"} 0.0");
  }

  @Test
  void tellOfASiteThatCouldNotBeConnectedTo() {
    new PoolMeters("closed").notConnected();

    assertThat(scrape())
        .contains("postbus_delivery_sessions_failed_total{pool=\"closed\"} 1.0")
        .contains("postbus_delivery_sessions_total{pool=\"closed\"} 0.0");
  }

  @Test
  void tellOfRefusalsByWhatTheyAreAbout() {
    PoolMeters meters = new PoolMeters("refused");
    meters.ended(new Outcome.Deferred(Scope.SITE, said(421, "4.7.0", "Too many mails")));
    meters.ended(new Outcome.Bounced(Scope.RECIPIENT, said(550, "5.1.1", "No such user")));
    meters.ended(new Outcome.Bounced(Scope.RECIPIENT, said(550, "5.8.1", "Something new")));
    Cause bare = new Cause("MAIL", SmtpReply.of(554, "Go away"), REMOTE);
    meters.ended(new Outcome.Bounced(Scope.MAIL, bare));
    meters.ended(new Outcome.Delivered(said(250, "2.0.0", "Queued")));
    meters.ended(new Outcome.Deferred(Scope.SITE, Cause.ours("CONNECT", 451, "4.4.1", "away")));

    assertThat(scrape())
        .contains(refusals("policy", "4yz", 1))
        .contains(refusals("address", "5yz", 1))
        .contains(refusals("other", "5yz", 1))
        .contains(refusals("none", "5yz", 1))
        .contains(refusals("network", "4yz", 0));
  }

  private static Cause said(int code, String status, String text) {
    return new Cause("RCPT", SmtpReply.of(code, status, text), REMOTE);
  }

  private static String refusals(String about, String reply, int count) {
    return "postbus_delivery_refusals_total{about=\"%s\",pool=\"refused\",reply=\"%s\"} %d.0"
        .formatted(about, reply, count);
  }

  /** This registry's text ends labels with a comma, which Prometheus takes for nothing. */
  private String scrape() {
    return prometheus.scrape().replace(",}", "}");
  }
}
