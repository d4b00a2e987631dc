package postbus.ingress;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import postbus.log.Breaker;
import postbus.mail.RecipientPolicy;
import postbus.mail.RecipientQuestion;
import postbus.mail.SmtpReply;

/**
 * Asks policy about a recipient, off the event loop and for a limited time. Each session asks one
 * question at a time, so the sessions' bound is the questions' bound. Recipients of people who
 * logged in are only counted, here, for their account.
 */
final class RecipientDesk {
  private static final Logger LOG = Logger.getLogger(RecipientDesk.class);

  private final RecipientPolicy policy;
  private final TimeLimit<SmtpReply> limit;
  private final Breaker breaker;
  private final AccountRates accounts;

  /**
   * @param wait for an answer
   * @param accounts how many recipients each account may name
   */
  RecipientDesk(RecipientPolicy policy, Duration wait, Breaker breaker, AccountRates accounts) {
    this.policy = policy;
    this.limit = new TimeLimit<>(Replies.RECIPIENT_UNKNOWABLE, wait);
    this.breaker = breaker;
    this.accounts = accounts;
  }

  /** Completes with policy's reply, or 451; never exceptionally. */
  CompletableFuture<SmtpReply> ask(RecipientQuestion question) {
    return question
        .client()
        .account()
        .map(account -> CompletableFuture.completedFuture(counted(account)))
        .orElseGet(() -> asked(question));
  }

  private SmtpReply counted(String account) {
    return accounts.take(account) ? Replies.RECIPIENT_OK : Replies.TOO_MANY_FROM_ACCOUNT;
  }

  private CompletableFuture<SmtpReply> asked(RecipientQuestion question) {
    CompletableFuture<SmtpReply> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> answer.complete(onRecipient(question)));
    return limit.on(answer).thenApply(this::noted);
  }

  private SmtpReply onRecipient(RecipientQuestion question) {
    try {
      return policy.onRecipient(question);
    } catch (RuntimeException e) {
      LOG.errorf(e, "policy could not say whether %s may be used", question.recipient());
      return Replies.RECIPIENT_UNKNOWABLE;
    }
  }

  private SmtpReply noted(SmtpReply reply) {
    if (reply.equals(Replies.RECIPIENT_UNKNOWABLE)) {
      breaker.failed();
    } else {
      breaker.answered();
    }
    return reply;
  }
}
