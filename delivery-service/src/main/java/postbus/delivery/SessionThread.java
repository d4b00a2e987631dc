package postbus.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The virtual thread of a session, and how it waits for a mail: parked, until it is woken. A timed
 * wait would set and cancel a timer for each mail, by way of another thread.
 */
final class SessionThread {
  private volatile @Nullable Thread thread;

  /** Once. */
  void start(String name, Runnable session) {
    Thread unstarted = Thread.ofVirtual().name(name).unstarted(session);
    thread = unstarted;
    unstarted.start();
  }

  /** Ends a {@link #park}, or the next one; from any thread. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /**
   * The calling thread waits until {@link #wake}, or for so many milliseconds; it may return early.
   *
   * @param millis 0: no limit
   */
  static void park(long millis) throws InterruptedException {
    if (millis > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    } else {
      LockSupport.park();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
