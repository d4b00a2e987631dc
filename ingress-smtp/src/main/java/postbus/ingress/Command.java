package postbus.ingress;

import java.net.InetAddress;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.RecipientParameters;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/** What a client may say (RFC 5321, section 4.1), as values. */
sealed interface Command {

  /**
   * Whether the client must hear the reply before it says more (RFC 2920, section 3.1). VRFY, EXPN,
   * NOOP and QUIT should wait too, but nothing can be mistaken behind them.
   */
  default boolean endsGroup() {
    return this instanceof Ehlo
        || this instanceof Helo
        || this instanceof Data
        || this instanceof Auth;
  }

  record Ehlo(String name) implements Command {}

  record Helo(String name) implements Command {}

  /**
   * Begins a mail.
   *
   * @param size octets that the client announces (RFC 1870); 0 if it does not
   * @param namesSubmitter whether it says who submitted the mail first (RFC 4954, section 5); we
   *     believe nobody about that
   * @param asked what the sender wants of those who carry the mail
   */
  record Mail(
      ReversePath from,
      long size,
      boolean eightBit,
      boolean smtpUtf8,
      boolean namesSubmitter,
      MailParameters asked)
      implements Command {
    Mail(ReversePath from, long size, boolean eightBit, boolean smtpUtf8) {
      this(from, size, eightBit, smtpUtf8, false, MailParameters.NONE);
    }
  }

  /**
   * Names a recipient.
   *
   * @param asked of what the sender wants to hear
   */
  record Rcpt(EmailAddress to, RecipientParameters asked) implements Command {
    Rcpt(EmailAddress to) {
      this(to, RecipientParameters.NONE);
    }
  }

  record StartTls() implements Command {}

  /**
   * The client wants to prove who it is (RFC 4954).
   *
   * @param mechanism in upper case; what follows may be its first response
   */
  record Auth(String mechanism, Optional<SaslResponse> initial) implements Command {}

  /** A line that answers a challenge: it is no command. */
  record Response(SaslResponse said) implements Command {}

  record Data() implements Command {}

  /** So many octets of the content follow (RFC 3030). */
  record Bdat(long octets, boolean isLast) implements Command {}

  record Rset() implements Command {}

  record Noop() implements Command {}

  record Quit() implements Command {}

  record Vrfy() implements Command {}

  record Expn() implements Command {}

  record Help() implements Command {}

  /**
   * A front end says for whom it speaks.
   *
   * @param address the client's; 0.0.0.0 if the front end does not know it, empty if it does not
   *     say
   * @param helo what the client called itself; empty if the front end does not say
   * @param esmtp whether the client said EHLO
   */
  record Xclient(Optional<InetAddress> address, String helo, boolean esmtp) implements Command {}

  /** A verb that we do not know. */
  record Unknown() implements Command {}

  /**
   * A line that is no command.
   *
   * @param reply what is wrong with it; never the client's own words
   * @param close whether the rest cannot be trusted to be lines
   */
  record Malformed(SmtpReply reply, boolean close) implements Command {
    Malformed(SmtpReply reply) {
      this(reply, false);
    }
  }
}
