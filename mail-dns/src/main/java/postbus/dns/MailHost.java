package postbus.dns;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * A host that DNS names as an exchanger, and what is known of it.
 *
 * @param name canonical (RFC 1034, section 3.6.2), in lower case
 * @param preference lower is better
 * @param addresses those that count, in the order to be tried
 * @param isIgnored whether it has addresses, none of which counts
 * @param unknown why its addresses are not known; empty if they are
 */
record MailHost(
    String name,
    int preference,
    Set<InetAddress> addresses,
    boolean isIgnored,
    Optional<String> unknown) {
  private static final String NULL_MX = ".";

  /** The root, by which a domain says that it takes no mail (RFC 7505). */
  boolean isNullMx() {
    return name.equals(NULL_MX);
  }
}
