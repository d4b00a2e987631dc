package postbus.imap;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who may run one command now, and who may wait for that. Those who wait hold a place in the
 * stage's window, so they are few, and not for long: a slow command delays no other mail.
 */
final class PipePlaces {
  /** Octets of content that wait for one command: a quarter of what the window holds. */
  static final int WAITING_OCTETS_MAX = 4 << 20;

  /** What the smallest mail counts for, so that about a hundred wait at most. */
  static final int MAIL_OCTETS_MIN = 40 << 10;

  private final Semaphore running;
  private final Semaphore waitingOctets = new Semaphore(WAITING_OCTETS_MAX);
  private final Duration waitMax;

  /**
   * @param runningMax runs at the same time
   * @param waitMax for one of them to end
   */
  PipePlaces(int runningMax, Duration waitMax) {
    this.running = new Semaphore(runningMax, true);
    this.waitMax = waitMax;
  }

  /**
   * Waits for a place; empty if there was none in time, or too many wait. Whoever got it closes it.
   *
   * @param octets of the mail that the record holds
   */
  Optional<Place> enter(int octets) {
    int waiting = Math.clamp(octets, MAIL_OCTETS_MIN, WAITING_OCTETS_MAX);
    if (!waitingOctets.tryAcquire(waiting)) {
      return Optional.empty();
    }
    try {
      return running.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(running::release)
          : Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      waitingOctets.release(waiting);
    }
  }

  /** Mails that wait for a place. */
  int waiting() {
    return running.getQueueLength();
  }

  /** Leave to run the command once. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
