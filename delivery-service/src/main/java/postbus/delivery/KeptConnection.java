package postbus.delivery;

import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.smtp.SmtpConnection;

/**
 * A connection that serves one mail after another, and where it leads: to the servers of one next
 * hop. A site may have several next hops, whose servers need not take each other's mail.
 *
 * @param leadsTo as DNS had it when the connection was made, whatever a mail's route says
 */
record KeptConnection(SmtpConnection smtp, NextHop leadsTo) {
  /** Whether the mail may go over it. */
  boolean serves(Envelope envelope, Sending sending) {
    return (isSame(leadsTo, nextHop(envelope)) || isForAll(envelope))
        && smtp.satisfies(sending.tls(envelope));
  }

  /** Whether all its recipients are of the domain whose servers these are. */
  private boolean isForAll(Envelope envelope) {
    return leadsTo instanceof NextHop.Exchangers(String domain, String _)
        && nextHop(envelope) instanceof NextHop.Exchangers
        && envelope.recipients().stream().allMatch(to -> to.address().domain().equals(domain));
  }

  /** Where the mail goes. */
  static NextHop nextHop(Envelope envelope) {
    return envelope.route().map(Route::nextHop).orElseThrow();
  }

  /** Domains with the same exchangers are one next hop. */
  static boolean isSame(NextHop one, NextHop other) {
    return one instanceof NextHop.Exchangers(String _, String hosts)
            && other instanceof NextHop.Exchangers(String _, String others)
            && !hosts.isEmpty()
        ? hosts.equals(others)
        : one.equals(other);
  }
}
