package postbus.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.delivery.Sending.Connected;
import postbus.log.FollowUp;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.smtp.Sent;
import postbus.smtp.Sent.Result;

/**
 * Sends a site's mails, one after another, over one connection at a time; a virtual thread runs it.
 *
 * <p>It sends no final dot while what its former one led to is unrecorded; so a crash doubles at
 * most one mail a session. Commands and content of the next mail flow meanwhile, and only its final
 * dot waits.
 */
final class SiteSession implements Runnable {
  private static final Logger LOG = Logger.getLogger(SiteSession.class);

  private final Pool pool;
  private final SiteQueue queue;
  private CompletableFuture<Void> recorded = CompletableFuture.completedFuture(null);
  private volatile @Nullable KeptConnection connection;
  private volatile @Nullable FinalDot finalDot;
  private final SessionThread thread = new SessionThread();

  /** Whether the queue counts on hearing how the mail in hand ends. */
  private boolean isBegun;

  SiteSession(Pool pool, SiteQueue queue) {
    this.pool = pool;
    this.queue = queue;
  }

  void start(String name) {
    thread.start(name, this);
  }

  void wake() {
    thread.wake();
  }

  /** Looks whether a wait takes too long; about once a second, from any thread. */
  void tend(long nowNanos) {
    FinalDot waiting = finalDot;
    if (waiting != null) {
      waiting.tend(nowNanos);
    }
  }

  @Override
  public void run() {
    try {
      Optional<Taken> next = next();
      while (next.isPresent() && attempt(next.get())) {
        next = next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
      queue.ended(this);
    }
  }

  private Optional<Taken> next() throws InterruptedException {
    KeptConnection open = connection;
    Optional<Taken> next = queue.next(this, open == null ? null : open.leadsTo());
    isBegun = next.isPresent();
    return next;
  }

  /** Ends the session's connection under its hands; from any thread. */
  void breakOff() {
    FinalDot waiting = finalDot;
    if (waiting != null) {
      waiting.giveUp();
    }
    KeptConnection open = connection;
    if (open != null) {
      open.smtp().close();
    }
  }

  /** Whether the session is of further use. */
  private boolean attempt(Taken taken) {
    try {
      return deliver(taken);
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "%s", taken.mail().envelope().id());
      disconnect();
      givenBack();
      taken.fail(e);
      return true;
    }
  }

  private boolean deliver(Taken taken) {
    boolean isAsFound = false;
    while (true) {
      KeptConnection open = usable(taken);
      if (open == null) {
        switch (pool.sending().connect(taken.mail().envelope(), isAsFound)) {
          case Connected.Moved() -> {
            Optional<FollowUp> sentOn = pool.orders().sentOn(taken);
            if (sentOn.isPresent()) {
              givenBack();
              var _ = taken.finish(sentOn.get());
              return true;
            }
            isAsFound = true;
            continue;
          }
          case Connected.Nowhere(Outcome outcome) -> {
            return unconnected(taken, outcome);
          }
          case Connected.To(KeptConnection opened) -> {
            connection = opened;
            queue.connected(1);
            open = opened;
          }
        }
      }
      if (hasSent(taken, open)) {
        return true;
      }
    }
  }

  /** Whether the mail has an end; if not, the connection was of no more use, and is closed. */
  private boolean hasSent(Taken taken, KeptConnection open) {
    FinalDot dot = new FinalDot(pool, taken, recorded);
    switch (send(taken, open, dot)) {
      case Sent.Stale _ -> {
        disconnect();
        return false;
      }
      case Sent.Abandoned() -> {
        givenBack();
        dot.giveBack();
      }
      case Sent.Ended(List<Result> results, List<Recipient> untried) -> {
        tell(results);
        finish(taken, results, untried, dot.isPassed());
      }
    }
    return true;
  }

  /** The final dot is known to {@link #tend} only while it may be waited for. */
  private Sent send(Taken taken, KeptConnection open, FinalDot dot) {
    finalDot = dot;
    try {
      return pool.sending().send(open, taken.mail(), dot::mayFollow);
    } finally {
      finalDot = null;
    }
  }

  /** Tells the queue how the site answered; what is no server's word tells nothing of it. */
  private void tell(List<Result> results) {
    Optional<SiteWord> word = SiteWord.of(results);
    if (word.isEmpty()) {
      givenBack();
    } else if (isBegun) {
      isBegun = false;
      queue.ended(word.get().pressure(), word.get().reply());
    }
  }

  /** Tells the queue that the mail in hand ends, and not by what the site did. */
  private void givenBack() {
    if (isBegun) {
      isBegun = false;
      queue.givenBack();
    }
  }

  private boolean unconnected(Taken taken, Outcome failure) {
    List<Result> results = Conclusion.forAll(taken.mail(), failure);
    boolean isSites = failure instanceof Deferred(Scope scope, Cause _) && scope == Scope.SITE;
    if (isSites) {
      isBegun = false;
      if (!queue.refused(taken, (Deferred) failure)) {
        return false;
      }
    } else {
      tell(results);
    }
    finish(taken, results, List.of(), false);
    return !isSites;
  }

  /** The open connection, if it may serve this mail. */
  private @Nullable KeptConnection usable(Taken taken) {
    KeptConnection open = connection;
    if (open == null) {
      return null;
    }
    int mailsMax = pool.shares().mailsPerConnection(queue.place().site());
    if (!open.smtp().isUsable()
        || open.smtp().transactions() >= mailsMax
        || !open.serves(taken.mail().envelope(), pool.sending())) {
      disconnect();
      return null;
    }
    return open;
  }

  private void disconnect() {
    KeptConnection open = connection;
    if (open != null) {
      connection = null;
      queue.connected(-1);
      pool.sending().disconnect(open);
    }
  }

  /** Those for whom the server had no room come to their lane anew. */
  private void finish(
      Taken taken, List<Result> results, List<Recipient> untried, boolean hadFinalDot) {
    var followUp = pool.conclusion().of(taken, results, Instant.now());
    if (!untried.isEmpty()) {
      Mail mail = taken.mail();
      Mail rest = new Mail(mail.envelope().to(untried), mail.content());
      followUp.mail(taken.topic(), taken.key(), rest);
    }
    CompletableFuture<Void> recording = taken.finish(followUp);
    if (hadFinalDot) {
      recorded = recording;
    }
  }
}
