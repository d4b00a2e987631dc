package postbus.site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.site.Section.Text;
import postbus.site.Site.Pool;
import postbus.site.Site.Tls;

/** Reads the section {@code pools}. */
final class Pools {
  /** Each pool has a stage and lanes, and these are the names of other stages and topics. */
  private static final Set<String> TAKEN =
      Set.of("router", "policy", "local", "slots", "sites", "orders", "quarantine");

  private static final String SOURCE_EXPECTED = "an IP address of this host; or a list of them";
  private static final String WARM_EXPECTED = "an address of this pool's source";
  private static final String SHARE_EXPECTED = "a share from 1% to 99%";
  private static final String KEY_EXPECTED =
      "a file in the site folder, such as dkim/wiki.pem, with a private key in PEM";
  private static final int KEY_OCTETS_MAX = 64 << 10;

  private final Path folder;
  private final boolean here;
  private final Optional<String> hostname;
  private final Schedule schedule;

  /**
   * @param folder of the site
   * @param here whether this machine must have the sources' addresses and the keys
   * @param schedule the site's
   */
  Pools(Path folder, boolean here, Optional<String> hostname, Schedule schedule) {
    this.folder = folder;
    this.here = here;
    this.hostname = hostname;
    this.schedule = schedule;
  }

  Map<String, Pool> read(Section section) {
    Map<String, Pool> pools = new LinkedHashMap<>();
    for (String name : section.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      if (TAKEN.contains(name)) {
        section.wrong(name, "has the name of a stage or topic, expected another name");
      }
      pool(section.section(name), name).ifPresent(pool -> pools.put(name, pool));
    }
    if (!section.has(Site.NORMAL)) {
      section.wrong(
          Site.NORMAL, "is missing, expected the pool of all mail that no rule gives to another");
    }
    return pools;
  }

  private Optional<Pool> pool(Section in, String name) {
    List<Text> named = in.texts("source", SOURCE_EXPECTED, Setting.REQUIRED);
    List<InetAddress> sources = sources(in, named);
    Map<InetAddress, Integer> shares =
        sources.size() == named.size()
            ? shares(in.section("warm-up"), sources)
            : sharesUnseen(in.section("warm-up"));
    Optional<String> helo =
        in.value("helo", "a host name", "primary-hostname", Notation::domain).or(() -> hostname);
    Tls tls =
        in.value("tls", "opportunistic or never", "opportunistic", Pools::tls)
            .orElse(Tls.OPPORTUNISTIC);
    List<SigningKey> dkim = dkim(in.section("dkim"));
    Optional<Schedule> own = Schedules.ofPool(in, schedule);
    return sources.isEmpty()
        ? Optional.empty()
        : helo.map(
            called -> new Pool(name, SourceTurns.of(sources, shares), called, tls, dkim, own));
  }

  private List<InetAddress> sources(Section in, List<Text> named) {
    List<InetAddress> sources = new ArrayList<>();
    for (Text text : named) {
      Optional<InetAddress> source = Notation.ip(text.value());
      if (source.isEmpty()) {
        in.wrong("source", "is \"" + text.value() + "\", expected " + SOURCE_EXPECTED);
      } else if (sources.contains(source.get())) {
        in.wrong("source", "has " + text.value() + " twice, expected each address once");
      } else if (here && !isOurs(source.get())) {
        in.wrong(
            "source",
            "is \""
                + text.value()
                + "\", no address of this machine, expected one that a connection can leave from");
      } else {
        sources.add(source.get());
      }
    }
    return sources;
  }

  /** Where a source is wrong, a complaint about shares would be a second one for that fault. */
  private static Map<InetAddress, Integer> sharesUnseen(Section in) {
    in.names(WARM_EXPECTED, Optional::of);
    return Map.of();
  }

  /** What is wrong is no share. */
  private static Map<InetAddress, Integer> shares(Section in, List<InetAddress> sources) {
    Map<InetAddress, Integer> shares = new LinkedHashMap<>();
    for (String name : in.names(WARM_EXPECTED, text -> ours(text, sources).map(_ -> text))) {
      in.value(name, SHARE_EXPECTED, "none", Pools::percent)
          .ifPresent(share -> shares.put(ours(name, sources).orElseThrow(), share));
    }
    if (SourceTurns.families(sources).values().stream().anyMatch(each -> isOfAll(each, shares))) {
      in.wrong(
          "is of all connections, expected 1% or more for each other address of the pool, of IPv4"
              + " and of IPv6 each");
      return Map.of();
    }
    return shares;
  }

  /** Whether one of the other addresses of a family would have no turn, or there is none. */
  private static boolean isOfAll(List<InetAddress> family, Map<InetAddress, Integer> shares) {
    long others = family.stream().filter(source -> !shares.containsKey(source)).count();
    int sum = family.stream().mapToInt(source -> shares.getOrDefault(source, 0)).sum();
    return others == 0 || sum > 0 && sum + others > SourceTurns.ROUND;
  }

  private static Optional<InetAddress> ours(String text, List<InetAddress> sources) {
    return Notation.ip(text).filter(sources::contains);
  }

  private static Optional<Integer> percent(String text) {
    return text.matches("[1-9][0-9]?%")
        ? Optional.of(Integer.valueOf(text.substring(0, text.length() - 1)))
        : Optional.empty();
  }

  private List<SigningKey> dkim(Section keys) {
    List<SigningKey> read = new ArrayList<>();
    for (String name : keys.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      Section in = keys.section(name);
      Optional<String> domain = in.value("domain", "a domain", Setting.REQUIRED, Notation::domain);
      Optional<String> selector =
          in.value("selector", "a selector such as 2007a", Setting.REQUIRED, Notation::domain);
      Optional<String> file = in.value("key-file", KEY_EXPECTED, Setting.REQUIRED, SiteFiles::path);
      file.filter(_ -> here).ifPresent(path -> mustBeKey(in, path));
      if (domain.isPresent() && selector.isPresent() && file.isPresent()) {
        read.add(new SigningKey(domain.get(), selector.get(), folder.resolve(file.get())));
      }
    }
    return read;
  }

  /** What kind of key it is, who signs with it will see. */
  private void mustBeKey(Section in, String path) {
    boolean isKey =
        TextFile.read(folder.resolve(path), path, KEY_OCTETS_MAX)
                instanceof Checked.Good<String>(String text, _)
            && text.contains("PRIVATE KEY-----");
    if (!isKey) {
      in.wrong(
          "key-file",
          "is \"" + path + "\", which is none or cannot be read, expected " + KEY_EXPECTED);
    }
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
