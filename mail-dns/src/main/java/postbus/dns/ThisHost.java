package postbus.dns;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import postbus.site.Site;

/**
 * By what DNS may know this host.
 *
 * @param names in lower case
 * @param addresses besides those that mean this host on every machine
 */
public record ThisHost(Set<String> names, Set<InetAddress> addresses) {
  private static final Set<InetAddress> EVERYWHERE =
      Stream.of("0.0.0.0", "127.0.0.1", "::", "::1")
          .map(InetAddress::ofLiteral)
          .collect(Collectors.toUnmodifiableSet());

  public ThisHost {
    names = Set.copyOf(names);
    addresses = Set.copyOf(addresses);
  }

  /** The names and addresses of the site: of the host itself, its listeners and its pools. */
  public static ThisHost of(Site site) {
    Stream<String> greetings = site.pools().values().stream().map(Site.Pool::helo);
    Set<String> names =
        Stream.concat(Stream.of(site.primaryHostname()), greetings)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new ThisHost(names, site.ownAddresses());
  }

  boolean isCalled(String host) {
    return names.contains(host);
  }

  boolean hasAny(Set<InetAddress> some) {
    return some.stream()
        .anyMatch(address -> addresses.contains(address) || EVERYWHERE.contains(address));
  }
}
