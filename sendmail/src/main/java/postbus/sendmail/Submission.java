package postbus.sendmail;

import java.util.List;
import java.util.Set;
import postbus.mail.MailParameters;
import postbus.mail.RecipientParameters.Notify;

/**
 * A mail that is to be submitted: complete, and in lines that end with CRLF.
 *
 * @param sender the reverse-path; empty for the null sender
 * @param recipients at least one; without a domain they are the server's own
 * @param eightBit declared 8BITMIME
 */
record Submission(
    String sender,
    List<String> recipients,
    boolean eightBit,
    Set<Notify> notices,
    MailParameters parameters,
    byte[] content) {

  /** The same mail for some of its recipients. */
  Submission to(List<String> some) {
    return new Submission(sender, List.copyOf(some), eightBit, notices, parameters, content);
  }
}
