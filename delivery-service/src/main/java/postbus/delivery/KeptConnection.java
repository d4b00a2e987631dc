package postbus.delivery;

import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.smtp.SmtpConnection;

/**
 * A connection that serves one mail after another, and where it leads: to the servers of one next
 * hop. A site may have several next hops, whose servers need not take each other's mail.
 *
 * @param leadsTo what DNS said when it was opened, not what its first mail was routed by
 */
record KeptConnection(SmtpConnection smtp, NextHop leadsTo) {
  /** Whether the mail may go over it. */
  boolean serves(Envelope envelope, Sending sending) {
    return isSame(leadsTo, nextHop(envelope))
        && NextHops.isProvable(envelope)
        && smtp.satisfies(sending.tls(envelope));
  }

  /** Where the mail goes. */
  static NextHop nextHop(Envelope envelope) {
    return envelope.route().map(Route::nextHop).orElseThrow();
  }

  /**
   * Whether what leads to one next hop leads to the other: domains with the same exchangers are
   * one. Where it is not known which a mail's domain has, its name has to do.
   */
  static boolean isSame(NextHop one, NextHop other) {
    return one instanceof NextHop.Exchangers(String domain, String hosts)
            && other instanceof NextHop.Exchangers(String otherDomain, String others)
        ? others.isEmpty() ? domain.equals(otherDomain) : hosts.equals(others)
        : one.equals(other);
  }
}
