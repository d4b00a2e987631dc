package postbus.imap;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import postbus.log.Taken;
import postbus.smtp.Sent;
import postbus.smtp.SmtpConnection;
import postbus.smtp.Transaction;

/**
 * A kept LMTP connection, used by one thread at a time. It lets no final dot go while what its
 * former one led to is unrecorded, so that a crash doubles at most one mail a session; commands and
 * content of the next mail flow meanwhile.
 */
final class LmtpSession {
  /** For the log to record an outcome: more than a stage needs to lose its partitions. */
  private static final Duration RECORD_WAIT = Duration.ofMinutes(2);

  private final SmtpConnection connection;
  private CompletableFuture<Void> recorded = CompletableFuture.completedFuture(null);
  private boolean hasPassedDot;
  private long idleSinceNanos;

  LmtpSession(SmtpConnection connection) {
    this.connection = connection;
  }

  SmtpConnection connection() {
    return connection;
  }

  boolean isRecorded() {
    return recorded.isDone();
  }

  /** Whether the last mail may have been taken: the server agreed to its content. */
  boolean hasPassedDot() {
    return hasPassedDot;
  }

  /**
   * Sends a mail; see {@link SmtpConnection#send}. {@link #ended} follows.
   *
   * @throws RuntimeException if it may not be sent now, and then nothing of it was taken
   */
  Sent send(Transaction transaction, Taken taken) {
    hasPassedDot = false;
    return connection.send(
        transaction,
        () -> {
          awaitRecorded();
          hasPassedDot = taken.passPointOfNoReturn();
          return hasPassedDot;
        });
  }

  /**
   * The mail's outcome is on its way into the log.
   *
   * @param recording completes when it is there
   */
  void ended(CompletableFuture<Void> recording) {
    if (hasPassedDot) {
      recorded = recording;
    }
  }

  /**
   * Blocks until the former outcome is recorded. One that another owner has to find out again keeps
   * nobody waiting.
   *
   * @throws IllegalStateException if that takes too long
   */
  private void awaitRecorded() {
    try {
      if (!recorded.isDone()) {
        recorded.get(RECORD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException _) {
      // Not recorded, and never will be by us.
    } catch (TimeoutException e) {
      throw new IllegalStateException("the session's former outcome is not recorded", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  void idle() {
    idleSinceNanos = System.nanoTime();
  }

  boolean isIdleFor(Duration wait) {
    return System.nanoTime() - idleSinceNanos >= wait.toNanos();
  }
}
