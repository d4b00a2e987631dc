package postbus.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides whether somebody is worth asking: after several failures in a row it says no, but for one
 * try in a while, until one answer comes. Safe for all threads.
 */
public final class Breaker {
  private final int failuresMax;
  private final long probeNanos;
  private final LongSupplier nanoClock;
  private int failures;
  private long probeAt;

  /**
   * @param failuresMax failures in a row that open it
   * @param probeEvery how often one may try while it is open
   */
  public Breaker(int failuresMax, Duration probeEvery, LongSupplier nanoClock) {
    this.failuresMax = failuresMax;
    this.probeNanos = probeEvery.toNanos();
    this.nanoClock = nanoClock;
  }

  /** True if it was open, and closes now. */
  public synchronized boolean answered() {
    boolean wasOpen = failures >= failuresMax;
    failures = 0;
    return wasOpen;
  }

  /** True if it was closed, and opens now. */
  public synchronized boolean failed() {
    if (failures >= failuresMax || ++failures < failuresMax) {
      return false;
    }
    probeAt = nanoClock.getAsLong() + probeNanos;
    return true;
  }

  /** Whether to ask now. While it is open, a yes is a probe and uses up the turn. */
  public synchronized boolean allows() {
    if (failures < failuresMax) {
      return true;
    }
    long now = nanoClock.getAsLong();
    if (now - probeAt < 0) {
      return false;
    }
    probeAt = now + probeNanos;
    return true;
  }
}
