package postbus.smtp;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A place to connect to.
 *
 * @param host its name, or its address in text form
 */
public record Server(String host, InetAddress address, int port) implements Peer {

  /** Such as {@code mx.example.net[192.0.2.3]:25}: who said a reply. */
  @Override
  public String toString() {
    return host + "[" + address.getHostAddress() + "]:" + port;
  }

  boolean isIpv6() {
    return address instanceof Inet6Address;
  }

  /** Whether it is known by a name, which a TLS server may want to hear (RFC 6066). */
  boolean isNamed() {
    return host.indexOf(':') < 0 && !host.matches("[0-9.]+") && host.indexOf('.') > 0;
  }
}
