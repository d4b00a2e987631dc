package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.testkit.TestCertificate;

/** Clients that begin TLS and fall silent. */
@Timeout(120)
class TlsPatienceTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration WAIT = Duration.ofMillis(500);

  private static final String HALF_A_HELLO = "\u0016\u0003\u0001\u0002\u0000\u0001";

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    Metrics.addRegistry(meters);
    TestCertificate.of("mx.example.org").writeInto(folder);
    server =
        new RunningServer(
            folder, Sites.speakingTls(Sites.limits(WAIT, MINUTE, Duration.ofSeconds(5)), folder));
  }

  @AfterEach
  void stop() {
    server.close();
    Metrics.removeRegistry(meters);
    meters.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HALF_A_HELLO})
  void whoConnectsAndFallsSilentIsCutOffAndCounted(String said) throws Exception {
    long begin = System.nanoTime();
    try (SmtpPeer peer = server.from(Sites.APP_SERVER, "implicit").raw(said)) {
      peer.isCutOffInTls();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(WAIT.dividedBy(2));
    awaitFailures("implicit", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HALF_A_HELLO})
  void whoFallsSilentAfterStartTlsIsCutOffAndCounted(String said) throws Exception {
    try (SmtpPeer peer = server.from(Sites.APP_SERVER, "offered").says("220")) {
      peer.send("EHLO app.example").endsWith("250 ").send("STARTTLS").says("220");
      peer.raw(said).isCutOffInTls();
    }
    awaitFailures("offered", 1);
  }

  @Test
  void whoNeverReadsTheGoAheadIsCutOffAndCounted() throws Exception {
    try (SmtpPeer peer = server.from(Sites.APP_SERVER, "offered").says("220")) {
      peer.send("EHLO app.example").endsWith("250 ").send("STARTTLS");
      awaitFailures("offered", 1);
    }
  }

  private void awaitFailures(String listener, int count) {
    await().atMost(SOON).until(() -> server.sessions() == 0);
    Counter failed =
        meters
            .get("postbus.ingress.tls.handshakes")
            .tags("listener", listener, "end", "failed")
            .counter();
    await().atMost(SOON).until(failed::count, times -> times == count);
  }
}
