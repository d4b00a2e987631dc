package postbus.ingress;

import jakarta.inject.Singleton;
import java.time.Duration;
import postbus.log.Breaker;

/**
 * Whether policy answers, about recipients and about contents. While it does not, outsiders hear
 * 451 at MAIL instead of piling up mail that nobody has judged.
 */
@Singleton
final class PolicyHealth {
  private static final int FAILURES_MAX = 5;
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  final Breaker recipients = new Breaker(FAILURES_MAX, PROBE_EVERY, System::nanoTime);
  final Breaker verdicts = new Breaker(FAILURES_MAX, PROBE_EVERY, System::nanoTime);

  /** Whether mail of outsiders may begin. */
  boolean answers() {
    return recipients.allows() & verdicts.allows();
  }
}
