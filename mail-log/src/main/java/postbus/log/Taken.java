package postbus.log;

import java.util.concurrent.CompletableFuture;

/**
 * One mail in a stage's hands. Whoever takes it ends it once, by {@link #finish}, {@link #fail} or
 * {@link #abandon}, from any thread.
 */
public interface Taken {

  Mail mail();

  /** The topic it waits in, such as {@code delivery.bulk.shared}. */
  String topic();

  /** The partition of that topic. */
  int partition();

  /** Where it stands in that partition. */
  long offset();

  /** The record's key as text: the mail id, or the site in a lane. */
  String key();

  /** Begins what follows from this mail; nothing happens until {@link #finish}. */
  FollowUp followUp();

  /**
   * Whether the work is worth beginning: false once the partition is given away, and then {@link
   * #abandon} is all that is left.
   */
  default boolean isOurs() {
    return true;
  }

  /**
   * Asks to do what cannot be undone, such as the final dot. After true, the stage waits for the
   * end (a bounded time) before it gives the partition away.
   *
   * <p>The lease of a stored content is extended by this call, since what follows may have to refer
   * to the content; from then on a lease that cannot be extended again is an alarm, and does not
   * undo the work.
   *
   * @throws java.io.UncheckedIOException if the lease cannot be extended, the first time; nothing
   *     may be done then
   * @return false if the partition has been given away or is about to be: abandon the mail and call
   *     {@link #abandon}; its new owner does it
   */
  boolean passPointOfNoReturn();

  /**
   * Ends the work: what follows is recorded together with the offset, in one transaction with
   * others.
   *
   * @return completes when it is recorded; completes exceptionally with {@link OwnershipLost} if
   *     the partition is no longer ours, and then nothing of it was recorded
   */
  CompletableFuture<Void> finish(FollowUp followUp);

  /** Ends the work without a result: the record could not be digested this time. */
  void fail(Throwable reason);

  /** Ends the work without a result since the partition was given away. */
  void abandon();
}
