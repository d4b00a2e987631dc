package postbus.ingress;

import postbus.mail.SmtpReply;
import postbus.site.Manners;

/**
 * Decides whether a client looks for addresses that exist: its recipients are nearly all refused.
 * What is only put off does not count. Of one session.
 */
final class Harvest {
  private final Manners manners;
  private int good;
  private int refused;

  Harvest(Manners manners) {
    this.manners = manners;
  }

  /** Counts the answer about a recipient; true if that is enough. */
  boolean isOneTooMany(SmtpReply answer) {
    good += answer.isPositive() ? 1 : 0;
    refused += answer.isPermanent() ? 1 : 0;
    return answer.isPermanent()
        && refused >= manners.failedRecipientsMin()
        && refused >= (long) good * manners.failedRecipientsRatio();
  }
}
