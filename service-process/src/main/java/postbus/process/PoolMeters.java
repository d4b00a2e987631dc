package postbus.process;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import postbus.mail.Cause;
import postbus.mail.EnhancedStatus;
import postbus.mail.Outcome;
import postbus.mail.SmtpReply;
import postbus.smtp.ReplyTimes;

/**
 * What is counted and timed of one pool's sessions with other servers, under the names of
 * docs/metrics.md; made once for a pool. Outcomes are counted by the stage, when they are recorded.
 * No label names a site, of which there are as many as there is mail for. May be used from any
 * thread.
 */
public final class PoolMeters implements ReplyTimes {
  /** From a server in the same rack to the longest wait of RFC 5321. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60),
    Duration.ofSeconds(600)
  };

  /** What an enhanced status is about, by its second number (RFC 3463, section 3). */
  private static final List<String> SUBJECTS =
      List.of("other", "address", "mailbox", "system", "network", "protocol", "content", "policy");

  private final String pool;
  private final Map<Awaited, Timer> replies = new EnumMap<>(Awaited.class);
  private final Map<String, Counter> deferrals = new HashMap<>();
  private final Map<String, Counter> rejections = new HashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Counter sessions;
  private final Counter unconnected;
  private final Counter attempts;
  private final Counter mails;
  private final Counter octets;

  /**
   * @param pool the value of the label {@code pool}, such as {@code normal}
   */
  public PoolMeters(String pool) {
    this.pool = pool;
    for (Awaited awaited : Awaited.values()) {
      replies.put(awaited, timer(awaited));
    }
    for (String about : Stream.concat(SUBJECTS.stream(), Stream.of("none")).toList()) {
      deferrals.put(about, refusals("4yz", about));
      rejections.put(about, refusals("5yz", about));
    }
    this.sessions = counter("postbus.delivery.sessions");
    this.unconnected = counter("postbus.delivery.sessions.failed");
    this.attempts = counter("postbus.delivery.attempts");
    this.mails = counter("postbus.delivery.mails");
    this.octets = counter("postbus.delivery.octets");
    Gauge.builder("postbus.delivery.sessions.open", open::get)
        .tag("pool", pool)
        .strongReference(true)
        .register(Metrics.globalRegistry);
  }

  private Timer timer(Awaited awaited) {
    return Timer.builder("postbus.delivery.reply")
        .tag("pool", pool)
        .tag("awaited", awaited.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BOUNDS)
        .register(Metrics.globalRegistry);
  }

  private Counter refusals(String reply, String about) {
    return Counter.builder("postbus.delivery.refusals")
        .tag("pool", pool)
        .tag("reply", reply)
        .tag("about", about)
        .register(Metrics.globalRegistry);
  }

  private Counter counter(String name) {
    return Counter.builder(name).tag("pool", pool).register(Metrics.globalRegistry);
  }

  /** A server has greeted us; {@link #sessionEnded} follows, once. */
  public void sessionBegan() {
    sessions.increment();
    open.incrementAndGet();
  }

  /** The end of a session that had begun, however it ended. */
  public void sessionEnded() {
    open.decrementAndGet();
  }

  /** No exchanger of a site could be connected to, or none greeted us with 220. */
  public void notConnected() {
    unconnected.increment();
  }

  /** A mail was begun to be sent, whatever becomes of it. */
  public void attempted() {
    attempts.increment();
  }

  /**
   * A server has taken a mail, for at least one recipient.
   *
   * @param sent the content's octets as sent, without dot-stuffing
   */
  public void sent(long sent) {
    mails.increment();
    octets.increment(sent);
  }

  /** What became of a recipient, or of a session that did not begin: did a server refuse it? */
  public void ended(Outcome outcome) {
    Cause why = outcome.why();
    if (!(outcome instanceof Outcome.Delivered) && !why.remote().isEmpty()) {
      refused(why.reply());
    }
  }

  private void refused(SmtpReply reply) {
    String about =
        reply
            .status()
            .map(EnhancedStatus::subject)
            .map(subject -> SUBJECTS.get(subject < SUBJECTS.size() ? subject : 0))
            .orElse("none");
    Counter counter = (reply.isPermanent() ? rejections : deferrals).get(about);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void replied(Awaited to, long nanos) {
    Timer timer = replies.get(to);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
