package postbus.site;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.site.HostList.Network;
import postbus.site.Section.Text;

/** Reads the section {@code host-lists}. */
final class HostLists {
  private static final String OURS = "@[]";
  private static final String FILE = "file:";
  private static final String EXPECTED =
      "an address, a network such as 192.0.2.0/24, +another-list, file:NAME, or \"@[]\" for this"
          + " host";

  private final Reading reading;
  private final Path folder;
  private final List<Network> own;

  /** One for each file, however many lists name it. */
  private final Map<String, LiveNetworks> files = new HashMap<>();

  private HostLists(Reading reading, Path folder, List<Network> own) {
    this.reading = reading;
    this.folder = folder;
    this.own = own;
  }

  /**
   * @param folder of the site, where the files of networks are
   * @param own the addresses of this host, what {@code @[]} stands for
   */
  static Map<String, HostList> read(
      Reading reading, Section section, Path folder, Collection<InetAddress> own) {
    NamedLists lists = new NamedLists(reading, section, "host list", EXPECTED);
    List<Network> ownNetworks =
        own.stream().map(address -> new Network(address, address.getAddress().length * 8)).toList();
    HostLists reader = new HostLists(reading, folder, ownNetworks);
    Map<String, HostList> read = new LinkedHashMap<>();
    for (String name : lists.names()) {
      read.put(name, reader.list(name, lists.entries(name)));
    }
    return read;
  }

  private HostList list(String name, List<Text> entries) {
    Set<Network> networks = new LinkedHashSet<>();
    Set<LiveNetworks> live = new LinkedHashSet<>();
    for (Text text : entries) {
      if (text.value().equals(OURS)) {
        networks.addAll(own);
      } else if (text.value().startsWith(FILE)) {
        file(text).ifPresent(live::add);
      } else {
        network(text).ifPresent(networks::add);
      }
    }
    return new HostList(name, List.copyOf(networks), List.copyOf(live));
  }

  private Optional<Network> network(Text text) {
    Optional<Network> network = Network.parse(text.value());
    String found = "\"" + text.value() + "\" in host-lists";
    if (network.isEmpty()) {
      reading.wrong(text.line(), found + ", expected " + EXPECTED);
    } else if (!network.get().isWrittenAs(text.value())) {
      reading.wrong(text.line(), found + " is no network, expected " + network.get());
    }
    return network;
  }

  private Optional<LiveNetworks> file(Text text) {
    Optional<String> name = SiteFiles.name(text.value().substring(FILE.length()));
    if (name.isEmpty()) {
      reading.wrong(
          text.line(), "\"" + text.value() + "\", expected file:NAME, a file in the site folder");
    }
    return name.map(one -> files.computeIfAbsent(one, this::open));
  }

  private LiveNetworks open(String name) {
    LiveNetworks file = new LiveNetworks(folder, name);
    file.problems().forEach(reading::wrong);
    return file;
  }
}
