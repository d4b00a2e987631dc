package postbus.imap;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import postbus.mail.EmailAddress;

/**
 * Who may write now: so many mails in all, and of those only a few into one mailbox. A mailbox that
 * hangs keeps the places of those few, and its other mails wait without a place.
 */
final class Places {
  /**
   * Mails written into one mailbox at the same time: at most half of all. More of them make no
   * mailbox faster.
   */
  static final int MAILBOX_WRITERS_MAX = 4;

  private final ConcurrentHashMap<String, Mailbox> mailboxes = new ConcurrentHashMap<>();
  private final Semaphore writers;
  private final int mailboxWritersMax;
  private final Duration waitMax;

  /** Kept only while somebody writes or waits; the map's lock guards the count. */
  private static final class Mailbox {
    final Semaphore writers;
    int users;

    Mailbox(int writersMax) {
      writers = new Semaphore(writersMax);
    }
  }

  /**
   * @param writersMax mails being written at the same time
   * @param waitMax for a place, once in the mailbox and once in all
   */
  Places(int writersMax, Duration waitMax) {
    this.writers = new Semaphore(writersMax);
    this.mailboxWritersMax = Math.clamp(writersMax / 2, 1, MAILBOX_WRITERS_MAX);
    this.waitMax = waitMax;
  }

  /** Waits for a place; empty if there was none in time. Whoever got it closes it. */
  Optional<Place> enter(EmailAddress address) {
    return enter(address.key()); // as the mailbox's folder has it
  }

  /** The same for what has a name, and is bounded as a mailbox is. */
  Optional<Place> enter(String name) {
    Mailbox mailbox =
        mailboxes.compute(
            name,
            (_, known) -> {
              Mailbox used = known == null ? new Mailbox(mailboxWritersMax) : known;
              used.users++;
              return used;
            });
    if (acquire(mailbox.writers)) {
      if (acquire(writers)) {
        return Optional.of(new Place(name, mailbox));
      }
      mailbox.writers.release();
    }
    forget(name);
    return Optional.empty();
  }

  private void forget(String name) {
    mailboxes.computeIfPresent(name, (_, mailbox) -> --mailbox.users == 0 ? null : mailbox);
  }

  /** How many mailboxes are being written into, or waited for. */
  int mailboxes() {
    return mailboxes.size();
  }

  private boolean acquire(Semaphore semaphore) {
    try {
      return semaphore.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Leave to write one mail into one mailbox. */
  final class Place implements AutoCloseable {
    private final String name;
    private final Mailbox mailbox;

    private Place(String name, Mailbox mailbox) {
      this.name = name;
      this.mailbox = mailbox;
    }

    @Override
    public void close() {
      writers.release();
      mailbox.writers.release();
      forget(name);
    }
  }
}
