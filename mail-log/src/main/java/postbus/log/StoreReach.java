package postbus.log;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Whether a content store can be reached, as those find who use it: one alarm when it cannot, and a
 * line when it can again. After some failures in a row whoever asks is told at once that it is
 * away, but for one now and then who tries; so that a store that hangs does not hang up all that
 * could go on without it. Safe for all threads.
 */
public final class StoreReach {
  /** Failures in a row after which it is not asked any more. */
  static final int FAILURES_MAX = 3;

  /** Between two tries then. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(StoreReach.class);

  private final Object store;
  private final LongSupplier nanoClock;
  private volatile int failures;
  private long probeAt;

  /**
   * @param store its name, for operators alone
   */
  public StoreReach(Object store) {
    this(store, System::nanoTime);
  }

  StoreReach(Object store, LongSupplier nanoClock) {
    this.store = store;
    this.nanoClock = nanoClock;
  }

  /**
   * To be called before the store is asked.
   *
   * @throws ContentsAway if it failed lately, and it is not yet time to try
   */
  public void mayAsk() throws ContentsAway {
    if (failures >= FAILURES_MAX && !isProbe()) {
      throw new ContentsAway(store + " did not answer lately");
    }
  }

  private synchronized boolean isProbe() {
    long now = nanoClock.getAsLong();
    if (failures >= FAILURES_MAX && now - probeAt < 0) {
      return false;
    }
    probeAt = now + PROBE_EVERY.toNanos();
    return true;
  }

  public void answered() {
    if (failures > 0) {
      end();
    }
  }

  private synchronized void end() {
    if (failures > 0) {
      failures = 0;
      LOG.infof("%s answers again.", store);
    }
  }

  /** It did not do what was asked; returns what to throw. */
  public synchronized ContentsAway failed(Exception why) {
    ContentsAway away = new ContentsAway(store + ": " + why.getMessage(), why);
    if (failures == 0) {
      Alarm.CONTENTS_AWAY.raise(LOG, "%s", away.getMessage());
    }
    if (failures < FAILURES_MAX && ++failures == FAILURES_MAX) {
      probeAt = nanoClock.getAsLong() + PROBE_EVERY.toNanos();
    }
    return away;
  }
}
