package postbus.policy;

import postbus.log.Mail;
import postbus.mail.Verdict;

/**
 * One rule about a mail's content. It may block, for at most a time limit of its own; a check whose
 * scanner is away accepts, with a field that says so.
 */
interface ContentCheck {

  /** A refusal ends the judgement; the fields of all acceptances are put together. */
  Verdict on(Mail mail);
}
