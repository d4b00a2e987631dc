package postbus.site;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import postbus.site.Site.Auth;
import postbus.site.Site.Listener;

/**
 * Reads the section {@code listeners}, in two steps: host lists may hold the addresses of the
 * listeners, and the listeners refer to host lists.
 */
final class Listeners {
  private static final HostList NOBODY = new HostList("nobody", List.of());

  private final Section section;
  private final Map<String, Section> entries = new LinkedHashMap<>();
  private final Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();

  Listeners(Section section) {
    this.section = section;
    for (String name : section.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      Section listener = section.section(name);
      entries.put(name, listener);
      listener
          .value(
              "address",
              "an IP address and a port such as 127.0.0.1:2525 or [::1]:2525",
              Setting.REQUIRED,
              Notation::address)
          .ifPresent(address -> take(name, address));
    }
  }

  private void take(String name, InetSocketAddress address) {
    addresses.forEach((other, taken) -> {
      if (clash(address, taken)) {
        section.wrong(
            name, "has the address of " + other + ", expected one address for each listener");
      }
    });
    addresses.put(name, address);
  }

  /** Which listener a host and port would reach. */
  Optional<String> at(String ip, int port) {
    return addresses.entrySet().stream()
        .filter(entry -> entry.getValue().getPort() == port)
        .filter(entry -> entry.getValue().getAddress().getHostAddress().equals(ip))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  Set<String> names() {
    return entries.keySet();
  }

  /** Where the listeners are bound. */
  Stream<InetAddress> bound() {
    return addresses.values().stream().map(InetSocketAddress::getAddress);
  }

  Map<String, Listener> read(Map<String, HostList> hostLists, TlsFiles tlsFiles) {
    if (entries.isEmpty()) {
      section.wrong("is empty, expected at least one listener");
    }
    Map<String, Listener> listeners = new LinkedHashMap<>();
    entries.forEach((name, entry) -> {
      Optional<HostList> onlyFrom = hostList(entry, "only-from", "everybody", hostLists);
      Optional<HostList> trust = hostList(entry, "trust", "nobody", hostLists);
      FrontEnds frontEnds =
          new FrontEnds(
              somebody(entry, "proxy-from", "no PROXY headers", hostLists),
              somebody(entry, "xclient-from", "nobody", hostLists).orElse(NOBODY));
      Optional<ListenerTls> tls = tlsFiles.of(entry);
      Auth auth = auth(entry, tls);
      Optional<String> purpose = entry.value("purpose", "a few words", Setting.NONE, Optional::of);
      InetSocketAddress address = addresses.get(name);
      if (address != null) {
        listeners.put(
            name,
            new Listener(
                name,
                address,
                onlyFrom,
                trust.orElse(NOBODY),
                frontEnds,
                tls,
                auth,
                purpose.orElse("")));
      }
    });
    return listeners;
  }

  /** Passwords never travel in clear text; there is no setting that allows it. */
  private static Auth auth(Section entry, Optional<ListenerTls> tls) {
    Auth auth =
        entry
            .value("auth", "never, offered or required", "never", Listeners::auth)
            .orElse(Auth.NEVER);
    if (auth != Auth.NEVER && tls.isEmpty()) {
      entry.wrong(
          "auth",
          "lets people log in where there is no TLS, expected tls: offered, required or implicit"
              + " for this listener, since passwords are taken in TLS alone");
    }
    return auth;
  }

  private static Optional<Auth> auth(String text) {
    return switch (text) {
      case "never" -> Optional.of(Auth.NEVER);
      case "offered" -> Optional.of(Auth.OFFERED);
      case "required" -> Optional.of(Auth.REQUIRED);
      default -> Optional.empty();
    };
  }

  private static Optional<HostList> hostList(
      Section entry, String key, String otherwise, Map<String, HostList> lists) {
    return entry.reference(key, "host lists", otherwise, lists.keySet()).map(lists::get);
  }

  /** A host list that may not be empty: who names nobody has forgotten something. */
  private static Optional<HostList> somebody(
      Section entry, String key, String otherwise, Map<String, HostList> lists) {
    Optional<HostList> list = hostList(entry, key, otherwise, lists);
    if (list.isPresent() && list.get().networks().isEmpty() && list.get().files().isEmpty()) {
      entry.wrong(
          key, "is \"" + list.get().name() + "\", which is empty, expected a list of some hosts");
    }
    return list;
  }

  private static boolean clash(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && (one.getAddress().equals(other.getAddress())
            || one.getAddress().isAnyLocalAddress()
            || other.getAddress().isAnyLocalAddress());
  }
}
