package postbus.imap;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import postbus.mail.Cause;
import postbus.mail.EnhancedStatus;
import postbus.mail.Envelope;
import postbus.mail.Outcome;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/**
 * What follows when a mailbox is over quota, whoever says so (4.2.2 or 5.2.2): its owner may make
 * room, so the mail is kept, but not for as long as a queue keeps mail; then it goes back to its
 * sender with 5.2.2.
 */
final class OverQuota {
  private static final int MAILBOX = 2;
  private static final int FULL = 2;

  private final Duration lifetime;

  /**
   * @param lifetime from the mail's arrival
   */
  OverQuota(Duration lifetime) {
    this.lifetime = lifetime;
  }

  /** As the site has it: never longer than its queue keeps mail. */
  static OverQuota of(Site site) {
    Duration own = site.mailboxes().overQuotaLifetime();
    Duration queue = site.schedule().lifetime();
    return new OverQuota(own.compareTo(queue) < 0 ? own : queue);
  }

  /** The outcome that counts; all that is not about quota stays as it is. */
  Outcome judge(Outcome outcome, Envelope envelope, Instant now) {
    return switch (outcome) {
      case Outcome.Delivered delivered -> delivered;
      case Outcome.Deferred(var scope, Cause cause) when isFull(cause) ->
          isOver(envelope, now) ? new Outcome.Bounced(scope, forGood(cause)) : outcome;
      case Outcome.Bounced(var scope, Cause cause) when isFull(cause) ->
          isOver(envelope, now) ? outcome : new Outcome.Deferred(scope, cause);
      case Outcome.Deferred deferred -> deferred;
      case Outcome.Bounced bounced -> bounced;
    };
  }

  private boolean isOver(Envelope envelope, Instant now) {
    return now.isAfter(envelope.receivedAt().plus(lifetime));
  }

  private static boolean isFull(Cause cause) {
    return cause
        .reply()
        .status()
        .filter(status -> status.subject() == MAILBOX && status.detail() == FULL)
        .isPresent();
  }

  private static Cause forGood(Cause cause) {
    SmtpReply reply = cause.reply();
    EnhancedStatus status = new EnhancedStatus(5, MAILBOX, FULL);
    return new Cause(
        cause.command(), new SmtpReply(552, Optional.of(status), reply.lines()), cause.remote());
  }
}
