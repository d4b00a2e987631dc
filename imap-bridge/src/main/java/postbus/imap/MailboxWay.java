package postbus.imap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;

/** A way into mailboxes. Any number of threads may use it. */
interface MailboxWay {

  /**
   * How one attempt ended for one recipient.
   *
   * @param said words for the mail's story that are no sender's business; may be empty
   * @param aside until when the mail steps aside, if it was not tried; empty if it was
   */
  record Tried(Recipient recipient, Outcome outcome, String said, Optional<Instant> aside) {
    private static final Outcome BUSY =
        new Outcome.Deferred(
            Scope.RECIPIENT, Cause.ours("WRITE", 450, "4.2.0", "the mailbox is busy"));

    Tried(Recipient recipient, Outcome outcome, String said) {
      this(recipient, outcome, said, Optional.empty());
    }

    Tried(Recipient recipient, Outcome outcome) {
      this(recipient, outcome, "");
    }

    /** The same, not tried, and to step aside. */
    Tried until(Instant turn) {
      return new Tried(recipient, outcome, said, Optional.of(turn));
    }

    /** The mailbox has no room for one more mail now. */
    static Tried busy(Recipient recipient, Places.Entry.Busy busy) {
      return new Tried(recipient, BUSY, "", Optional.of(busy.turn()));
    }
  }

  /** Who hears how a mail ended. */
  interface Ending {
    /**
     * @param parts recipients who were not tried, and come anew, each of these lists with a record
     *     of its own: nothing is wrong with them
     * @return completes when all of it is recorded, or has to be found out again by another owner
     */
    CompletableFuture<Void> end(List<Tried> tried, List<List<Recipient>> parts);
  }

  /**
   * Tries a mail once for each recipient; blocks, for as long as the way's waits allow.
   *
   * @param ending told once, and last of all
   * @return false if the mail belongs to another owner now; then the ending is told nothing
   */
  boolean deliver(Taken taken, Ending ending);

  /**
   * Makes sure that it can work; before the first mail.
   *
   * @throws IllegalStateException if not; its text says why
   */
  default void start() {}

  /** Ends what has not ended after a while. Returns soon. */
  default void stop(Duration wait) {}
}
