package postbus.delivery;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  private final long sinceNanos = System.nanoTime();
  private boolean isPassed;
  private @Nullable Exception obstacle;

  /**
   * @param former completes when the session's former outcome is recorded
   */
  FinalDot(Pool pool, Taken taken, CompletableFuture<Void> former) {
    this.pool = pool;
    this.taken = taken;
    this.former = former.copy();
  }

  /**
   * Ends a wait that has lasted for {@link #RECORD_WAIT}; called now and then, from any thread. A
   * timer for each mail would cost more than all else here.
   */
  void tend(long nowNanos) {
    if (nowNanos - sinceNanos > RECORD_WAIT.toNanos()) {
      giveUp();
    }
  }

  /** Ends the wait, if there is one: the final dot is not sent. */
  void giveUp() {
    former.completeExceptionally(new TimeoutException("the former outcome is not recorded"));
  }

  /** Blocks until the former outcome is recorded, or {@link #tend} finds that it takes too long. */
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
      former.get();
      return true;
    } catch (ExecutionException e) {
      obstacle = e.getCause() instanceof TimeoutException late ? late : null;
      return obstacle == null;
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
