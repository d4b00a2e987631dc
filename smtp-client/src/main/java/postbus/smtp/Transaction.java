package postbus.smtp;

import java.util.List;
import postbus.mail.Body;
import postbus.mail.MailParameters;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/**
 * One mail to send (RFC 5321, section 3.3).
 *
 * @param recipients at least one
 * @param body what its client declared
 * @param parameters what its sender asked for
 */
public record Transaction(
    ReversePath reversePath,
    List<Recipient> recipients,
    Body body,
    MailParameters parameters,
    Content content) {

  public Transaction {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a mail has at least one recipient");
    }
    recipients = List.copyOf(recipients);
  }
}
