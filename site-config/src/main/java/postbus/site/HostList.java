package postbus.site;

import java.net.InetAddress;
import java.util.List;

/** A named list of networks in CIDR notation, such as the seed's wikimedia_nets. */
public record HostList(String name, List<Network> networks) {

  public HostList {
    networks = List.copyOf(networks);
  }

  /** Whether one of the networks holds this address. */
  public boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /** A network: its first bits. */
  public record Network(InetAddress base, int bits) {

    /** An IPv4-mapped IPv6 address counts as the IPv4 address (Java unmaps it by itself). */
    public boolean contains(InetAddress address) {
      byte[] mine = base.getAddress();
      byte[] other = address.getAddress();
      if (mine.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += 8) {
        int mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
        if (((mine[bit / 8] ^ other[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
