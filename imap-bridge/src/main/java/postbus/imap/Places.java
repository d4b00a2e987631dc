package postbus.imap;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import postbus.mail.EmailAddress;

/**
 * Who may write now: so many mails in all, and of those only a few into one mailbox. Who waits
 * holds a place in the stage's window, so nobody waits long for a mailbox: mails that it has no
 * room for in time step aside, and while it is so slow, those that come after them do so at once. A
 * mailbox in which a mail takes long hangs, until one takes less: it gets one place, and all that
 * hang get half of all, so that others are written meanwhile.
 */
final class Places {
  /**
   * Mails written into one mailbox at the same time: at most half of all. More of them make no
   * mailbox faster.
   */
  static final int MAILBOX_WRITERS_MAX = 4;

  /** A mail that steps aside is away for no less: it is written twice for that. */
  static final Duration ASIDE_LEAST = Duration.ofSeconds(10);

  /** Between mails that come back to one mailbox. */
  static final Duration ASIDE_INTERVAL = Duration.ofMillis(50);

  /** Mailboxes that are known to hang; beyond, the one known longest is forgotten. */
  static final int HANGING_MAX = 10_000;

  private static final String SEVERAL = "";

  private final ConcurrentHashMap<String, Mailbox> mailboxes = new ConcurrentHashMap<>();
  private final Remembered hanging = new Remembered(HANGING_MAX);
  private final Semaphore writers;
  private final Semaphore hangingWriters;
  private final int mailboxWritersMax;
  private final Waits waits;

  /**
   * How long a mail waits for a place.
   *
   * @param mailbox in its mailbox
   * @param all in all, where others are not the slower ones
   * @param asideMost a mail that steps aside is away for no more
   * @param hangs a mailbox in which a mail is written for so long hangs
   */
  record Waits(Duration mailbox, Duration all, Duration asideMost, Duration hangs) {}

  /** Kept only while somebody writes or waits; the map's lock guards the count of them. */
  private static final class Mailbox {
    final Semaphore writers;
    int users;
    private final SequencedSet<Place> written = new LinkedHashSet<>();
    private Instant slowUntil = Instant.MIN;
    private Instant bookedUntil = Instant.MIN;

    Mailbox(int writersMax) {
      writers = new Semaphore(writersMax, true);
    }

    synchronized void begin(Place place) {
      written.add(place);
    }

    synchronized void end(Place place) {
      written.remove(place);
    }

    /** Whether the oldest of those that are written now is at it for so long. */
    synchronized boolean isAtItFor(Duration time) {
      return !written.isEmpty() && written.getFirst().isOlderThan(time);
    }

    synchronized boolean isSlow() {
      return Instant.now().isBefore(slowUntil);
    }

    /** When one more mail that steps aside has its turn: after those that did so before. */
    synchronized Instant turn(Duration most) {
      Instant now = Instant.now();
      slowUntil = now.plus(ASIDE_LEAST);
      Instant after = bookedUntil.isAfter(slowUntil) ? bookedUntil : slowUntil;
      Instant latest = now.plus(most);
      bookedUntil = after.plus(ASIDE_INTERVAL);
      bookedUntil = bookedUntil.isAfter(latest) ? latest : bookedUntil;
      return bookedUntil;
    }
  }

  /**
   * @param writersMax mails being written at the same time
   */
  Places(int writersMax, Waits waits) {
    this.writers = new Semaphore(writersMax);
    this.hangingWriters = new Semaphore(Math.max(1, writersMax / 2));
    this.mailboxWritersMax = Math.clamp(writersMax / 2, 1, MAILBOX_WRITERS_MAX);
    this.waits = waits;
  }

  /** What a request for a place led to. */
  sealed interface Entry {
    /** There is none: the mail steps aside until then. */
    record Busy(Instant turn) implements Entry {}
  }

  /** Waits for a place. */
  Entry enter(EmailAddress address) {
    return enter(address.key()); // as the mailbox's folder has it
  }

  /**
   * The same for a mail to several mailboxes: all these are bounded as one mailbox is, and hang by
   * none of those alone.
   */
  Entry enterSeveral() {
    return enter(SEVERAL);
  }

  /** The same for what has a name, and is bounded as a mailbox is. */
  Entry enter(String name) {
    Mailbox mailbox =
        mailboxes.compute(
            name,
            (_, known) -> {
              Mailbox used = known == null ? new Mailbox(mailboxWritersMax) : known;
              used.users++;
              return used;
            });
    Optional<Place> place =
        !name.equals(SEVERAL) && (hanging.has(name) || mailbox.isAtItFor(waits.hangs()))
            ? alone(name, mailbox)
            : withOthers(name, mailbox);
    if (place.isPresent()) {
      return place.get();
    }
    Instant turn = mailbox.turn(waits.asideMost());
    forget(name);
    return new Entry.Busy(turn);
  }

  private Optional<Place> withOthers(String name, Mailbox mailbox) {
    Duration wait = mailbox.isSlow() ? Duration.ZERO : waits.mailbox();
    if (acquire(mailbox.writers, wait)) {
      if (acquire(writers, waits.all())) {
        return Optional.of(new Place(name, mailbox, false));
      }
      mailbox.writers.release();
    }
    return Optional.empty();
  }

  /** Into a mailbox that hangs: all its places are one, and nobody waits for it. */
  private Optional<Place> alone(String name, Mailbox mailbox) {
    if (mailbox.writers.tryAcquire(mailboxWritersMax)) {
      if (hangingWriters.tryAcquire()) {
        if (acquire(writers, waits.all())) {
          return Optional.of(new Place(name, mailbox, true));
        }
        hangingWriters.release();
      }
      mailbox.writers.release(mailboxWritersMax);
    }
    return Optional.empty();
  }

  private void forget(String name) {
    mailboxes.computeIfPresent(name, (_, mailbox) -> --mailbox.users == 0 ? null : mailbox);
  }

  /** How many mailboxes are being written into, or waited for. */
  int mailboxes() {
    return mailboxes.size();
  }

  private static boolean acquire(Semaphore semaphore, Duration wait) {
    try {
      return semaphore.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Leave to write one mail into one mailbox; whoever got it closes it. */
  final class Place implements Entry, AutoCloseable {
    private final String name;
    private final Mailbox mailbox;
    private final boolean isAlone;
    private final long begunNanos = System.nanoTime();

    private Place(String name, Mailbox mailbox, boolean isAlone) {
      this.name = name;
      this.mailbox = mailbox;
      this.isAlone = isAlone;
      mailbox.begin(this);
    }

    private boolean isOlderThan(Duration time) {
      return System.nanoTime() - begunNanos > time.toNanos();
    }

    @Override
    public void close() {
      hanging.set(name, isOlderThan(waits.hangs()));
      mailbox.end(this);
      writers.release();
      if (isAlone) {
        hangingWriters.release();
      }
      mailbox.writers.release(isAlone ? mailboxWritersMax : 1);
      forget(name);
    }
  }
}
