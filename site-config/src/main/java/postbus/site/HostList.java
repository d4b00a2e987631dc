package postbus.site;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * A named list of networks, such as the seed's wikimedia_nets.
 *
 * @param networks that postbus.yaml itself names
 * @param files of networks, read live
 */
public record HostList(String name, List<Network> networks, List<LiveNetworks> files) {

  public HostList {
    networks = List.copyOf(networks);
    files = List.copyOf(files);
  }

  /** A list without files. */
  public HostList(String name, List<Network> networks) {
    this(name, networks, List.of());
  }

  /** Whether one of the networks holds this address, by the files as they are now. */
  public boolean contains(InetAddress address) {
    return anyContains(networks, address)
        || (!files.isEmpty() && files.stream().anyMatch(file -> file.contains(address)));
  }

  static boolean anyContains(List<Network> networks, InetAddress address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** A network: its first bits. */
  public record Network(InetAddress base, int bits) {

    /** Of {@code 192.0.2.0/24} or {@code 192.0.2.1}; bits behind the network's do not count. */
    static Optional<Network> parse(String text) {
      String[] parts = text.split("/", 2);
      Optional<InetAddress> address = Notation.ip(parts[0]);
      if (address.isEmpty()) {
        return Optional.empty();
      }
      int most = address.get().getAddress().length * 8;
      Optional<Integer> bits = parts.length == 1 ? Optional.of(most) : Notation.number(parts[1]);
      return bits.filter(some -> some <= most).map(some -> of(address.get(), some));
    }

    /** The network of so many bits that holds this address. */
    static Network of(InetAddress address, int bits) {
      return new Network(first(address, bits), bits);
    }

    private static InetAddress first(InetAddress address, int bits) {
      byte[] octets = address.getAddress();
      for (int bit = bits; bit < octets.length * 8; bit++) {
        octets[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
      }
      try {
        return InetAddress.getByAddress(octets);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address of the same length", e);
      }
    }

    /** Whether the text names the first address of this network, and not one within it. */
    boolean isWrittenAs(String text) {
      return Notation.ip(text.split("/", 2)[0]).filter(base::equals).isPresent();
    }

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

    @Override
    public String toString() {
      return base.getHostAddress() + "/" + bits;
    }
  }
}
