package postbus.ingress;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failures of many, each within a window that begins with its first; who has too many is
 * locked out for a time, and begins anew after it. Bounded: of more than {@link #ENTRIES_MAX},
 * those that were not heard of for the longest time are forgotten. Used by one thread at a time.
 *
 * @param <K> who fails
 */
final class FailureBook<K> {
  /** Those who have failed of late; some 200 octets each. */
  static final int ENTRIES_MAX = 20_000;

  private static final class Tally {
    final long since;
    int failures;
    long lockedSince;
    boolean isLocked;

    Tally(long since) {
      this.since = since;
    }
  }

  private final int failuresMax;
  private final long windowNanos;
  private final long lockoutNanos;
  private final LongSupplier nanoClock;
  private final Map<K, Tally> tallies =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Tally> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  /**
   * @param window in which failures count together
   */
  FailureBook(int failuresMax, Duration window, Duration lockout, LongSupplier nanoClock) {
    this.failuresMax = failuresMax;
    this.windowNanos = window.toNanos();
    this.lockoutNanos = lockout.toNanos();
    this.nanoClock = nanoClock;
  }

  boolean isLocked(K who) {
    Tally tally = current(who);
    return tally != null && tally.isLocked;
  }

  /** Those that count now, also while it is locked out. */
  int failures(K who) {
    Tally tally = current(who);
    return tally == null ? 0 : tally.failures;
  }

  /** Counts one more. True if it is locked out from this moment on. */
  boolean fails(K who) {
    Tally tally = current(who);
    if (tally == null) {
      tally = new Tally(nanoClock.getAsLong());
      tallies.put(who, tally);
    }
    if (tally.isLocked || ++tally.failures < failuresMax) {
      return false;
    }
    tally.isLocked = true;
    tally.lockedSince = nanoClock.getAsLong();
    return true;
  }

  void forget(K who) {
    tallies.remove(who);
  }

  private @Nullable Tally current(K who) {
    Tally tally = tallies.get(who);
    if (tally == null || !isOver(tally)) {
      return tally;
    }
    tallies.remove(who);
    return null;
  }

  private boolean isOver(Tally tally) {
    long now = nanoClock.getAsLong();
    return tally.isLocked
        ? now - tally.lockedSince >= lockoutNanos
        : now - tally.since >= windowNanos;
  }

  int size() {
    return tallies.size();
  }
}
