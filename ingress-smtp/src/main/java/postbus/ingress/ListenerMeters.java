package postbus.ingress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;

/** What is counted and timed of one listener, under the names of docs/metrics.md. */
final class ListenerMeters {
  /** From an append alone to a client's patience after the final dot (RFC 5321, 4.5.3.2.6). */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60),
    Duration.ofSeconds(600)
  };

  private final MeterRegistry registry = Metrics.globalRegistry;
  private final String listener;
  private final Counter sessions;
  private final Counter octets;
  private final Counter notProxies;
  private final Counter badProxyHeaders;
  private final Counter handshakes;
  private final Counter failedHandshakes;
  private final Timer accepted;
  private final Timer deferred;
  private final Timer refused;

  /**
   * @param open how many connections there are
   * @param limits of sessions, which alerts compare with
   * @param expiry until when the certificate is valid; empty if none is shown
   */
  ListenerMeters(
      String listener, IntSupplier open, SessionLimits limits, Supplier<Optional<Instant>> expiry) {
    this.listener = listener;
    this.sessions = counter("postbus.ingress.sessions");
    this.octets = counter("postbus.ingress.octets");
    this.notProxies = cutOff("not-a-proxy");
    this.badProxyHeaders = cutOff("proxy-header");
    this.handshakes = handshakes("done");
    this.failedHandshakes = handshakes("failed");
    this.accepted = replied("accepted");
    this.deferred = replied("deferred");
    this.refused = replied("refused");
    gauge("postbus.ingress.sessions.open", open::getAsInt);
    gauge("postbus.ingress.sessions.limit", limits::connectionsMax);
    gauge("postbus.ingress.verdict.wait.seconds", () -> limits.verdictWait().toMillis() / 1000.0);
    gauge("postbus.ingress.tls.certificate.expires.seconds", () -> secondsLeft(expiry.get()));
  }

  private void gauge(String name, Supplier<Number> value) {
    Gauge.builder(name, value).tag("listener", listener).strongReference(true).register(registry);
  }

  private static double secondsLeft(Optional<Instant> expiry) {
    return expiry
        .map(end -> (double) Duration.between(Instant.now(), end).toSeconds())
        .orElse(Double.NaN);
  }

  private Counter counter(String name) {
    return Counter.builder(name).tag("listener", listener).register(registry);
  }

  private Counter cutOff(String reason) {
    return Counter.builder("postbus.ingress.cut.off")
        .tag("listener", listener)
        .tag("reason", reason)
        .register(registry);
  }

  private Counter handshakes(String end) {
    return Counter.builder("postbus.ingress.tls.handshakes")
        .tag("listener", listener)
        .tag("end", end)
        .register(registry);
  }

  private Timer replied(String outcome) {
    return Timer.builder("postbus.ingress.mail")
        .tag("listener", listener)
        .tag("outcome", outcome)
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  /** A client has connected. */
  void connected() {
    sessions.increment();
  }

  /** Who is no proxy has connected where only proxies may. */
  void notAProxy() {
    notProxies.increment();
  }

  /** A proxy sent no PROXY header, a malformed one, or not in time. */
  void badProxyHeader() {
    badProxyHeaders.increment();
  }

  /** A client and we have agreed on TLS, or not. */
  void handshook(boolean agreed) {
    (agreed ? handshakes : failedHandshakes).increment();
  }

  /** The log has a mail with a content of this size. */
  void took(long content) {
    octets.increment(content);
  }

  /**
   * A mail has its reply.
   *
   * @param dot when its final dot came, as {@link System#nanoTime}
   */
  void replied(SmtpReply reply, long dot) {
    Timer timer = reply.isPositive() ? accepted : reply.isPermanent() ? refused : deferred;
    timer.record(System.nanoTime() - dot, TimeUnit.NANOSECONDS);
  }
}
