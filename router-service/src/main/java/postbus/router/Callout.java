package postbus.router;

import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.smtp.Inquiry;

/** Asks the servers that a recipient's mail would go to whether they would take it. */
interface Callout {

  /**
   * Blocks until one of them has answered, or none will; it ends soon after its thread is
   * interrupted.
   */
  Inquiry ask(EmailAddress recipient, NextHop servers);
}
