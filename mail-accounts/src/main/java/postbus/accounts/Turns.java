package postbus.accounts;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import postbus.accounts.PasswordHash.Match;

/**
 * Lets a few costly hashes be computed at the same time, so that no number of people who log in, or
 * try to, takes the machine from the mail. For any number of threads, which wait in their order.
 */
final class Turns {
  /** Costly hashes that are computed at the same time. */
  static final int AT_ONCE = 2;

  /** Memory of all that are computed at the same time, in KiB. */
  static final int MEMORY_KIB = Argon2Hash.MEMORY_KIB_MAX;

  /** Who waited so long for his turn is asked to come again. */
  static final Duration WAIT = Duration.ofSeconds(10);

  /** Of this process. */
  static final Turns SHARED = new Turns(WAIT);

  private final Duration wait;
  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final Semaphore memory = new Semaphore(MEMORY_KIB, true);

  Turns(Duration wait) {
    this.wait = wait;
  }

  Match match(Verifier verifier, byte[] password) {
    if (verifier.memoryKib() == 0) {
      return compare(verifier, password);
    }
    long end = System.nanoTime() + wait.toNanos();
    try {
      if (!places.tryAcquire(wait.toNanos(), NANOSECONDS)) {
        return Match.AWAY;
      }
      try {
        return withMemory(verifier, password, end);
      } finally {
        places.release();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Match.AWAY;
    }
  }

  private Match withMemory(Verifier verifier, byte[] password, long end)
      throws InterruptedException {
    if (!memory.tryAcquire(verifier.memoryKib(), end - System.nanoTime(), NANOSECONDS)) {
      return Match.AWAY;
    }
    try {
      return compare(verifier, password);
    } finally {
      memory.release(verifier.memoryKib());
    }
  }

  private static Match compare(Verifier verifier, byte[] password) {
    return verifier.matches(password) ? Match.YES : Match.NO;
  }
}
