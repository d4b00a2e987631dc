package postbus.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Shows that a thread moves: it beats in each turn of its work, whether or not there is anything to
 * do, or anybody answers. One that has fallen silent is wedged, or has died, and only a new process
 * helps. Before its first beat, and once it was told to end, nothing is expected of it.
 */
public final class Pulse {
  /** More than a turn's waits together, also where names are looked up that nobody knows. */
  static final Duration SILENCE_MAX = Duration.ofMinutes(2);

  private final LongSupplier nanoClock;
  private volatile long last;
  private volatile boolean expected;

  public Pulse(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Called by the thread itself, or by who starts it. */
  public void beat() {
    last = nanoClock.getAsLong();
    expected = true;
  }

  /** Whether it has beaten lately. */
  public boolean isLive() {
    return silence().compareTo(SILENCE_MAX) < 0;
  }

  /** Since its last beat; none before the first. */
  Duration silence() {
    return expected ? Duration.ofNanos(nanoClock.getAsLong() - last) : Duration.ZERO;
  }
}
