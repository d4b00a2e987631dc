package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.SessionLimits;
import postbus.testkit.TestCertificate;

/** What is told of a listener. */
class ListenerMetersTest {
  private static final String EXPIRES = "postbus.ingress.tls.certificate.expires.seconds";

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** The first server of a JVM keeps its gauges, and another test may have had listeners too. */
  @BeforeEach
  void listen() {
    Metrics.globalRegistry.find(EXPIRES).gauges().forEach(Metrics.globalRegistry::remove);
    Metrics.addRegistry(meters);
  }

  @AfterEach
  void stop() {
    Metrics.removeRegistry(meters);
  }

  @Test
  void tellsHowLongTheCertificateThatIsShownIsValid() throws Exception {
    TestCertificate.of("mx.example.org").writeInto(folder);
    RunningServer server =
        new RunningServer(folder, Sites.speakingTls(SessionLimits.DEFAULT, folder));
    try {
      double month = Duration.ofDays(30).toSeconds();
      assertThat(expires("implicit")).isBetween(month - 120, month + 1);
      assertThat(expires("offered")).isBetween(month - 120, month + 1);
      assertThat(expires("never")).isNaN();

      TestCertificate.expired("mx.example.org").writeInto(folder);

      await().atMost(Duration.ofSeconds(10)).until(() -> expires("implicit") < 0);
    } finally {
      server.close();
    }
  }

  private double expires(String listener) {
    return meters.get(EXPIRES).tag("listener", listener).gauge().value();
  }
}
