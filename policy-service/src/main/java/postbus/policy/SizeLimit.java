package postbus.policy;

import java.util.List;
import postbus.log.Mail;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;

/**
 * No content above the size that the site announces (RFC 1870, section 6.2).
 *
 * @param octetsMax the largest size that passes
 */
record SizeLimit(long octetsMax) implements ContentCheck {

  @Override
  public Verdict on(Mail mail) {
    if (mail.envelope().body().size() <= octetsMax) {
      return new Verdict.Accept(List.of());
    }
    return new Verdict.Refuse(
        SmtpReply.of(552, "5.3.4", "mail too large: at most " + octetsMax + " octets"));
  }
}
