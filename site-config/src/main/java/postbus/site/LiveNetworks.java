package postbus.site;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import postbus.site.HostList.Network;
import postbus.site.WatchedFile.Absence;

/**
 * A file of networks that a host list names, one a line, read live: an edit counts for the next
 * question, with no further step. A file that turned wrong, or is gone, keeps its last good version
 * in force, and the log says so once. For any number of threads.
 */
public final class LiveNetworks {
  private final Path file;
  private final String name;
  private final WatchedFile<List<Network>> watched;

  LiveNetworks(Path folder, String name) {
    this.name = name;
    file = folder.resolve(name);
    watched = new WatchedFile<>(file, name, LiveNetworks::parse, Absence.WRONG);
  }

  /** All that is wrong in it now; if nothing is, there is a good version from now on. */
  List<SiteProblem> problems() {
    return switch (SiteFiles.read(file, name, LiveNetworks::parse)) {
      case Checked.Wrong<List<Network>>(List<SiteProblem> problems) -> problems;
      case Checked.Good<List<Network>> _ -> {
        var _ = watched.value();
        yield List.of();
      }
    };
  }

  /** Whether one of the networks holds this address. */
  boolean contains(InetAddress address) {
    List<Network> networks = watched.value().orElse(List.of());
    return HostList.anyContains(networks, address);
  }

  private static Checked<List<Network>> parse(String name, List<String> lines) {
    List<Network> networks = new ArrayList<>();
    List<SiteProblem> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i).strip();
      if (text.isEmpty() || text.charAt(0) == '#') {
        continue;
      }
      Optional<Network> network = Network.parse(text);
      network.ifPresent(networks::add);
      if (network.filter(parsed -> parsed.isWrittenAs(text)).isEmpty()) {
        String expected =
            network.map(Network::toString).orElse("an address or a network such as 192.0.2.0/24");
        problems.add(new SiteProblem(name, i + 1, "\"" + text + "\", expected " + expected));
      }
    }
    return problems.isEmpty()
        ? new Checked.Good<>(List.copyOf(networks))
        : new Checked.Wrong<>(problems);
  }
}
