package postbus.policy;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;

/** How policy answers, and how long it takes, under the names of docs/metrics.md. */
final class PolicyMeters {
  /** From rules alone to the longest wait of a session for a verdict; close where waits are. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(20),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10),
    Duration.ofMinutes(30)
  };

  private final Answers recipients = new Answers("postbus.policy.recipient");
  private final Answers verdicts = new Answers("postbus.policy.verdict");
  private final Timer quarantined = Answers.timer("postbus.policy.verdict", "quarantined");

  /** The reply to a recipient, asked for at {@code begin}, a {@link System#nanoTime}. */
  void answered(SmtpReply reply, long begin) {
    recipients.record(reply, begin);
  }

  /** The verdict on a content, asked for at {@code begin}, a {@link System#nanoTime}. */
  void judged(Verdict verdict, long begin) {
    switch (verdict) {
      case Verdict.Accept _ -> verdicts.record(verdicts.accepted, begin);
      case Verdict.Quarantine _ -> verdicts.record(quarantined, begin);
      case Verdict.Refuse(SmtpReply reply) -> verdicts.record(reply, begin);
    }
  }

  /** The timers of one question, by answer. */
  private static final class Answers {
    private final Timer accepted;
    private final Timer deferred;
    private final Timer refused;

    Answers(String name) {
      this.accepted = timer(name, "accepted");
      this.deferred = timer(name, "deferred");
      this.refused = timer(name, "refused");
    }

    private static Timer timer(String name, String answer) {
      return Timer.builder(name)
          .tag("answer", answer)
          .serviceLevelObjectives(BOUNDS)
          .register(Metrics.globalRegistry);
    }

    void record(SmtpReply reply, long begin) {
      record(reply.isPositive() ? accepted : reply.isPermanent() ? refused : deferred, begin);
    }

    void record(Timer timer, long begin) {
      timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    }
  }
}
