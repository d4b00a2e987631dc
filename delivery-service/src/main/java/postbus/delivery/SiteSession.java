package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.delivery.NextHops.Found;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Envelope;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.smtp.Sent;
import postbus.smtp.Sent.Result;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.Transaction;

/**
 * Sends a site's mails, one after another, over one connection at a time; a virtual thread runs it.
 *
 * <p>It sends no final dot while what its former one led to is unrecorded; so a crash doubles at
 * most one mail a session. Commands and content of the next mail flow meanwhile, and only its final
 * dot waits.
 */
final class SiteSession implements Runnable {
  /** For the log to record an outcome: more than a stage needs to lose its partitions. */
  private static final Duration RECORD_WAIT = Duration.ofMinutes(2);

  private static final Logger LOG = Logger.getLogger(SiteSession.class);

  private final Pool pool;
  private final SiteQueue queue;
  private CompletableFuture<Void> recorded = CompletableFuture.completedFuture(null);
  private volatile @Nullable SmtpConnection connection;

  SiteSession(Pool pool, SiteQueue queue) {
    this.pool = pool;
    this.queue = queue;
  }

  @Override
  public void run() {
    try {
      Duration wait = pool.limits().idleWait();
      Optional<Taken> next = queue.next(wait);
      while (next.isPresent() && attempt(next.get())) {
        next = pool.isStopping() ? Optional.empty() : queue.next(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
      queue.ended(this);
    }
  }

  /** Ends the session's connection under its hands; from any thread. */
  void breakOff() {
    SmtpConnection open = connection;
    if (open != null) {
      open.close();
    }
  }

  /** Whether the session is of further use. */
  private boolean attempt(Taken taken) throws InterruptedException {
    try {
      return deliver(taken);
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "%s", taken.mail().envelope().id());
      disconnect();
      taken.fail(e);
      return true;
    }
  }

  private boolean deliver(Taken taken) throws InterruptedException {
    while (true) {
      SmtpConnection usable = usable();
      if (usable == null) {
        Optional<Outcome> failure = connect(taken);
        if (failure.isPresent()) {
          return unconnected(taken, failure.get());
        }
        continue;
      }
      FinalDot finalDot = new FinalDot(taken);
      switch (usable.send(transaction(taken.mail()), finalDot::mayFollow)) {
        case Sent.Stale() -> disconnect();
        case Sent.Abandoned() -> {
          finalDot.giveBack();
          return true;
        }
        case Sent.Ended(List<Result> results) -> {
          finish(taken, results, finalDot.passed);
          return true;
        }
      }
    }
  }

  private boolean unconnected(Taken taken, Outcome failure) throws InterruptedException {
    switch (failure) {
      case Deferred why -> {
        if (queue.refused(taken, why)) {
          queue.reopen();
        }
        return false;
      }
      case Bounced _, Delivered _ -> {
        finish(taken, Conclusion.forAll(taken.mail(), failure), false);
        return true;
      }
    }
  }

  /** The open connection, if it may serve one more mail. */
  private @Nullable SmtpConnection usable() {
    SmtpConnection open = connection;
    if (open != null
        && (!open.isUsable() || open.transactions() >= pool.limits().mailsPerConnectionMax())) {
      disconnect();
      return null;
    }
    return open;
  }

  /** What it means for the mail if there is no connection. */
  private Optional<Outcome> connect(Taken taken) {
    Envelope envelope = taken.mail().envelope();
    return switch (pool.nextHops().of(envelope)) {
      case Found.Nowhere(Outcome outcome) -> Optional.of(outcome);
      case Found.Servers(List<Server> servers) ->
          switch (pool.connector().open(servers)) {
            case Opened.Failed(Deferred outcome) -> Optional.of(outcome);
            case Opened.Connected(SmtpConnection opened) -> {
              connection = opened;
              queue.connected();
              yield Optional.empty();
            }
          };
    };
  }

  private void disconnect() {
    SmtpConnection open = connection;
    if (open != null) {
      connection = null;
      queue.disconnected();
      open.quit();
    }
  }

  private Transaction transaction(Mail mail) {
    Envelope envelope = mail.envelope();
    Transaction.Content content = () -> pool.contents().open(mail);
    return new Transaction(
        envelope.reversePath(), envelope.recipients(), envelope.body(), envelope.added(), content);
  }

  private void finish(Taken taken, List<Result> results, boolean hadFinalDot) {
    var followUp = pool.conclusion().of(taken, results, Instant.now());
    CompletableFuture<Void> recording = taken.finish(followUp);
    if (hadFinalDot) {
      recorded = recording;
    }
  }

  /** The question before a mail's final dot. */
  private final class FinalDot {
    private final Taken taken;
    private boolean passed;
    private @Nullable Exception unrecorded;

    FinalDot(Taken taken) {
      this.taken = taken;
    }

    boolean mayFollow() {
      passed = isFormerRecorded() && !pool.isStopping() && taken.passPointOfNoReturn();
      return passed;
    }

    /** A former outcome that another owner has to find out again keeps nobody waiting. */
    private boolean isFormerRecorded() {
      try {
        recorded.get(RECORD_WAIT.toMillis(), TimeUnit.MILLISECONDS);
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
}
