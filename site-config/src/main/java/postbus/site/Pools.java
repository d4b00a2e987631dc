package postbus.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.site.Site.Pool;
import postbus.site.Site.Tls;

/** Reads the section {@code pools}. */
final class Pools {
  /** Each pool has a stage, and these are the names of others. */
  private static final Set<String> TAKEN = Set.of("router", "policy", "local");

  private Pools() {}

  /**
   * @param here whether the sources must be addresses of this machine
   */
  static Map<String, Pool> read(Section section, Optional<String> hostname, boolean here) {
    Map<String, Pool> pools = new LinkedHashMap<>();
    for (String name : section.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      Section pool = section.section(name);
      if (TAKEN.contains(name)) {
        section.wrong(name, "has the name of a stage, expected another name");
      }
      Optional<InetAddress> source =
          pool.value("source", "an IP address of this host", Setting.REQUIRED, Notation::ip);
      Optional<String> helo =
          pool.value("helo", "a host name", "primary-hostname", Notation::domain)
              .or(() -> hostname);
      Tls tls =
          pool.value("tls", "opportunistic or never", "opportunistic", Pools::tls)
              .orElse(Tls.OPPORTUNISTIC);
      if (here && source.isPresent() && !isOurs(source.get())) {
        pool.wrong(
            "source",
            "is \""
                + source.get().getHostAddress()
                + "\", no address of this machine, expected one that a connection can leave from");
      }
      if (source.isPresent() && helo.isPresent()) {
        pools.put(name, new Pool(name, source.get(), helo.get(), tls));
      }
    }
    if (!section.has(Site.NORMAL)) {
      section.wrong(
          Site.NORMAL, "is missing, expected the pool of all mail that no rule gives to another");
    }
    return pools;
  }

  private static Optional<Tls> tls(String text) {
    return switch (text) {
      case "opportunistic" -> Optional.of(Tls.OPPORTUNISTIC);
      case "never" -> Optional.of(Tls.NEVER);
      default -> Optional.empty();
    };
  }

  private static boolean isOurs(InetAddress source) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(source, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
