package postbus.delivery;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import postbus.log.Taken;

/**
 * The question before a mail's final dot, asked once, by the session's thread: whether the former
 * outcome of the session is recorded, and the mail still ours.
 */
final class FinalDot {
  /** For the log to record an outcome: more than a stage needs to lose its partitions. */
  private static final Duration RECORD_WAIT = Duration.ofMinutes(2);

  private final Pool pool;
  private final Taken taken;
  private final CompletableFuture<Void> former;
  private boolean isPassed;
  private @Nullable Exception obstacle;

  /**
   * @param former completes when the session's former outcome is recorded
   */
  FinalDot(Pool pool, Taken taken, CompletableFuture<Void> former) {
    this.pool = pool;
    this.taken = taken;
    this.former = former;
  }

  /** Blocks until the former outcome is recorded, for at most {@link #RECORD_WAIT}. */
  boolean mayFollow() {
    isPassed = isFormerRecorded() && !pool.isStopping() && isOursToSend();
    return isPassed;
  }

  /** Whether it was allowed. */
  boolean isPassed() {
    return isPassed;
  }

  /** A former outcome that another owner has to find out again keeps nobody waiting. */
  private boolean isFormerRecorded() {
    try {
      former.get(RECORD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      obstacle = e;
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      obstacle = e;
      return false;
    }
  }

  /** Not if what follows could not be recorded, since the mail's content is gone. */
  private boolean isOursToSend() {
    try {
      return taken.passPointOfNoReturn();
    } catch (UncheckedIOException e) {
      obstacle = e;
      return false;
    }
  }

  /** Ends a mail whose final dot was not allowed. */
  void giveBack() {
    if (obstacle == null) {
      taken.abandon();
    } else {
      taken.fail(obstacle);
    }
  }
}
