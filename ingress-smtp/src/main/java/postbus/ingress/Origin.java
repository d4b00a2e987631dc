package postbus.ingress;

import java.net.InetAddress;
import postbus.site.HostList;

/**
 * For whom a connection speaks: who made it, or whom a front end named.
 *
 * @param address the client's; 0.0.0.0 if nobody knows it, which no list of hosts holds
 * @param helo what he called himself to the front end; empty if that is not known
 * @param esmtp whether he said EHLO to the front end
 */
record Origin(InetAddress address, String helo, boolean esmtp) {

  /** Who has said nothing yet. */
  static Origin of(InetAddress address) {
    return new Origin(address, "", false);
  }

  /** For whom a front end says that it speaks. What it does not say is not known. */
  Origin behind(Command.Xclient claim) {
    return new Origin(claim.address().orElse(address), claim.helo(), claim.esmtp());
  }

  /** Whether the client is known to be one of these. */
  boolean isOf(HostList hosts) {
    return !address.isAnyLocalAddress() && hosts.contains(address);
  }
}
