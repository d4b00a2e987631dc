package postbus.router;

import java.util.List;
import java.util.Set;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.mail.SmtpReply;

/**
 * What becomes of one mail: every recipient is in one of these, save those whose mail goes to an
 * address that has it already.
 *
 * @param discarded because the site says so
 * @param expanded whose mail goes on to several in their place, and whose sender is to hear of it
 * @param settled the keys of all addresses that need no routing any more, also of earlier attempts
 */
record Routing(
    List<Delivery> deliveries,
    List<Unroutable> failed,
    List<Unroutable> deferred,
    List<Recipient> discarded,
    List<Recipient> expanded,
    Set<String> settled) {

  /** The recipients of one delivery record: they share an SMTP transaction. */
  record Delivery(Route route, List<Recipient> recipients) {}

  /** A recipient that has no route, and why: a 5yz or 4yz reply. */
  record Unroutable(Recipient recipient, SmtpReply reply) {}
}
