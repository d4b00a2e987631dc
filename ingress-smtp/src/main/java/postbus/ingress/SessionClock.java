package postbus.ingress;

import postbus.site.SessionLimits;

/**
 * How long a session may last, and be silent. Looked at in ticks, so that no command costs a timer.
 */
final class SessionClock {
  private static final long TICK_MIN_MILLIS = 10;
  private static final long TICK_MAX_MILLIS = 1000;

  private final SessionLimits limits;
  private final long startedAt = System.nanoTime();
  private long heardAt = startedAt;

  SessionClock(SessionLimits limits) {
    this.limits = limits;
  }

  /** How often to look: a limit is kept to a tenth. */
  long tickMillis() {
    long shortest = Math.min(limits.commandWait().toMillis(), limits.dataWait().toMillis());
    return Math.clamp(shortest / 10, TICK_MIN_MILLIS, TICK_MAX_MILLIS);
  }

  /** The client did what it was expected to do; or it is its turn from now on. */
  void heard() {
    heardAt = System.nanoTime();
  }

  boolean isOver(boolean inContent) {
    long now = System.nanoTime();
    long wait = (inContent ? limits.dataWait() : limits.commandWait()).toNanos();
    return now - heardAt > wait || now - startedAt > limits.sessionMax().toNanos();
  }
}
