package postbus.bench;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting, never without a limit. */
final class Waits {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private Waits() {}

  /** Whether it holds within that time. */
  static boolean until(Duration atMost, BooleanSupplier holds) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      pause(LOOK_AGAIN);
    }
    return true;
  }

  static void pause(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
