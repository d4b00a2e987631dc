package postbus.smtp;

import postbus.mail.SmtpReply;

/** What a server says when it is asked about a recipient, and offered no mail. */
public sealed interface Inquiry {

  /** It would take mail for the recipient. */
  record Taken() implements Inquiry {}

  /**
   * It would not, and never will.
   *
   * @param reply 5yz to RCPT, as the server wrote it
   */
  record Refused(SmtpReply reply) implements Inquiry {}

  /** It does not say now whether it knows this recipient; it may well say so of another. */
  record Undecided(String why) implements Inquiry {}

  /** It cannot be asked: no connection, no answer, or nothing that is about the recipient. */
  record Silent(String why) implements Inquiry {}
}
