package postbus.ingress;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Admission;

/**
 * Whether the log takes mails, as the mails themselves find out: one that it did not take in time,
 * or that we may not write, says no. From then on the log is asked now and then until it answers,
 * or a mail gets through; a process that is not ready is sent no mail by which it would learn that.
 */
final class LogReach implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LogReach.class);

  private final BooleanSupplier answers;
  private final Duration askEvery;
  private final Admission admission = new Admission("ingress-smtp", AclOperation.WRITE);
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * @param answers whether the log takes mails again; may block for a bounded time
   */
  LogReach(BooleanSupplier answers, Duration askEvery) {
    this.answers = answers;
    this.askEvery = askEvery;
  }

  boolean isThere() {
    return !away.get();
  }

  /**
   * The log has taken a mail, or has not; what is wrong with the mail itself says nothing about it.
   */
  void note(@Nullable Exception failure) {
    if (failure == null) {
      if (admission.isGranted()) {
        answered(); // What it refuses of other mails, only its answer about them ends.
      }
    } else if (admission.isRefusal(failure) || failure instanceof RetriableException) {
      left(failure);
    }
  }

  /** A question about a mail was not taken; that we may not put it keeps the mail out, too. */
  void noteQuestion(Throwable failure) {
    if (admission.isRefusal(failure)) {
      left(failure);
    }
  }

  private void left(Throwable failure) {
    if (away.compareAndSet(false, true)) {
      LOG.warnf("not ready: the log takes no mail: %s", failure.getMessage());
      Thread.ofVirtual().name("log-reach").start(this::ask);
    }
  }

  private void answered() {
    if (away.get() && away.compareAndSet(true, false)) {
      admission.granted();
      LOG.info("the log takes mail again");
    }
  }

  private void ask() {
    try {
      do {
        TimeUnit.NANOSECONDS.sleep(askEvery.toNanos());
        if (away.get() && isAnswered()) {
          answered();
        }
      } while (away.get() && !closed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever goes wrong while it asks, it asks again. */
  private boolean isAnswered() {
    try {
      return answers.getAsBoolean();
    } catch (RuntimeException | Error failure) {
      LOG.warnf("the log could not be asked whether it takes mail: %s", failure);
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
