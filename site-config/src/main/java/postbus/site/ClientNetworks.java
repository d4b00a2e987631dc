package postbus.site;

import java.net.Inet4Address;
import java.net.InetAddress;
import postbus.site.HostList.Network;

/**
 * Which addresses count as one client where clients are counted or remembered: whoever has one
 * address of a network mostly has others of it.
 *
 * @param ipv4Bits of the network of an IPv4 address
 * @param ipv6Bits of the network of an IPv6 address
 */
public record ClientNetworks(int ipv4Bits, int ipv6Bits) {

  /** What holds where the site says nothing. */
  public static final ClientNetworks DEFAULT = new ClientNetworks(24, 64);

  /** The network of a client. */
  public Network of(InetAddress client) {
    return Network.of(client, client instanceof Inet4Address ? ipv4Bits : ipv6Bits);
  }

  static ClientNetworks read(Section in) {
    return new ClientNetworks(
        in.count("ipv4-bits", DEFAULT.ipv4Bits, 8, 32),
        in.count("ipv6-bits", DEFAULT.ipv6Bits, 32, 128));
  }
}
