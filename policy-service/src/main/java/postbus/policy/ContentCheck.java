package postbus.policy;

import postbus.log.Mail;
import postbus.mail.Verdict;

/**
 * One rule about a mail's content. It may block, for at most a time limit of its own; a check whose
 * scanner is away accepts, with a field that says so.
 */
interface ContentCheck {

  /**
   * A refusal ends the judgement. A quarantine counts if no later check refuses, since then the
   * client hears so. The edits of all others are put together; one that suspects is enough. The
   * envelope holds the edits of the checks before.
   */
  Verdict on(Mail mail);
}
