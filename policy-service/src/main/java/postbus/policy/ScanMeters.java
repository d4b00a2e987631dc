package postbus.policy;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What came of scanning mails, and how long it took, under the name of docs/metrics.md. */
final class ScanMeters {
  private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

  /** What a scan meant for its mail. */
  enum Outcome {
    PASSED,
    MARKED,
    REFUSED,
    /** Not scanned, since no scanner answered. */
    AWAY
  }

  /**
   * @param scanner {@code spam} or {@code virus}
   */
  ScanMeters(String scanner, Duration wait) {
    for (Outcome outcome : Outcome.values()) {
      timers.put(
          outcome,
          Timer.builder("postbus.policy.scan")
              .tag("scanner", scanner)
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(Duration.ofMillis(100), Duration.ofSeconds(1), wait)
              .register(Metrics.globalRegistry));
    }
  }

  /** A scan that began at this {@link System#nanoTime}. */
  void ended(Outcome outcome, long begin) {
    Timer timer = timers.get(outcome);
    if (timer != null) {
      timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    }
  }
}
