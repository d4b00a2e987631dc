package postbus.ingress;

import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.log.ContentPolicy;
import postbus.log.Mail;

/**
 * Asks the policy of this process about contents: what {@link PolicyChannels} does between
 * processes. The client still owns the mail, so nothing needs to be kept of a question.
 *
 * <p>Each is judged on a virtual thread of its own, at most {@link #JUDGED_MAX} at the same time. A
 * question whose time is up before its turn comes is not judged; {@link PendingVerdicts} bounds how
 * many wait.
 */
@Singleton
@IfBuildProperty(name = "postbus.policy.in-jvm", stringValue = "true")
final class PolicyInJvm implements Questions {
  private static final Logger LOG = Logger.getLogger(PolicyInJvm.class);

  /** Contents judged at the same time. */
  static final int JUDGED_MAX = 64;

  private final ContentPolicy policy;
  private final PendingVerdicts pending;
  private final Semaphore turns = new Semaphore(JUDGED_MAX);

  @Inject
  PolicyInJvm(ContentPolicy policy, PendingVerdicts pending) {
    this.policy = policy;
    this.pending = pending;
  }

  @Override
  public CompletionStage<Void> ask(Mail mail, Instant deadline) {
    Thread.startVirtualThread(() -> judge(mail, deadline));
    return CompletableFuture.completedFuture(null);
  }

  private void judge(Mail mail, Instant deadline) {
    long waitNanos = Duration.between(Instant.now(), deadline).toNanos();
    try {
      if (waitNanos <= 0 || !turns.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
        return;
      }
      try {
        pending.answer(mail.envelope().id(), policy.judge(mail));
      } finally {
        turns.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.errorf(e, "no verdict on %s: the session takes it unjudged", mail.envelope().id());
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }
}
