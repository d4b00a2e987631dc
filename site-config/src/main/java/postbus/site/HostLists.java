package postbus.site;

import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.site.HostList.Network;
import postbus.site.Section.Text;

/** Reads the section {@code host-lists}. */
final class HostLists {
  private static final String EXPECTED =
      "an address, a network such as 192.0.2.0/24, +another-list, or \"@[]\" for this host";

  private HostLists() {}

  /**
   * @param own the addresses of this host, what {@code @[]} stands for
   */
  static Map<String, HostList> read(Reading reading, Section section, Collection<InetAddress> own) {
    NamedLists lists = new NamedLists(reading, section, "host list", EXPECTED);
    List<Network> ownNetworks =
        own.stream().map(address -> new Network(address, bits(address))).toList();
    Map<String, HostList> read = new LinkedHashMap<>();
    for (String name : lists.names()) {
      List<Network> networks =
          lists.entries(name).stream()
              .flatMap(text ->
                  text.value().equals("@[]")
                      ? ownNetworks.stream()
                      : network(reading, text).stream())
              .distinct()
              .toList();
      read.put(name, new HostList(name, networks));
    }
    return read;
  }

  private static Optional<Network> network(Reading reading, Text text) {
    String[] parts = text.value().split("/", 2);
    Optional<InetAddress> base = Notation.ip(parts[0]);
    Optional<Integer> bits =
        parts.length == 1 ? base.map(HostLists::bits) : Notation.number(parts[1]);
    if (base.isEmpty() || bits.isEmpty() || bits.get() > bits(base.get())) {
      reading.wrong(text.line(), "\"" + text.value() + "\" in host-lists, expected " + EXPECTED);
      return Optional.empty();
    }
    InetAddress first = first(base.get(), bits.get());
    if (!first.equals(base.get())) {
      reading.wrong(
          text.line(),
          "\""
              + text.value()
              + "\" in host-lists is no network, expected "
              + first.getHostAddress()
              + "/"
              + bits.get());
    }
    return Optional.of(new Network(first, bits.get()));
  }

  private static InetAddress first(InetAddress address, int bits) {
    byte[] octets = address.getAddress();
    for (int bit = bits; bit < octets.length * 8; bit++) {
      octets[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address of the same length", e);
    }
  }

  private static int bits(InetAddress address) {
    return address.getAddress().length * 8;
  }
}
