package postbus.delivery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import postbus.log.Taken;

/**
 * The question before a mail's final dot: it may follow once the session's former outcome is
 * recorded, while the mail is ours.
 */
final class FinalDot {
  /** For the log to record an outcome: more than a stage needs to lose its partitions. */
  private static final Duration RECORD_WAIT = Duration.ofMinutes(2);

  private final Taken taken;
  private final CompletableFuture<Void> former;
  private final BooleanSupplier isStopping;
  private boolean passed;
  private @Nullable Exception unrecorded;

  /**
   * @param former done when the session's former outcome is recorded
   */
  FinalDot(Taken taken, CompletableFuture<Void> former, BooleanSupplier isStopping) {
    this.taken = taken;
    this.former = former;
    this.isStopping = isStopping;
  }

  /** Blocks for at most {@link #RECORD_WAIT}. */
  boolean mayFollow() {
    passed = isFormerRecorded() && !isStopping.getAsBoolean() && taken.passPointOfNoReturn();
    return passed;
  }

  boolean hasPassed() {
    return passed;
  }

  /** A former outcome that another owner has to find out again keeps nobody waiting. */
  private boolean isFormerRecorded() {
    try {
      former.get(RECORD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      unrecorded = e;
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      unrecorded = e;
      return false;
    }
  }

  /** Ends a mail whose final dot was not allowed. */
  void giveBack() {
    if (unrecorded == null) {
      taken.abandon();
    } else {
      taken.fail(unrecorded);
    }
  }
}
