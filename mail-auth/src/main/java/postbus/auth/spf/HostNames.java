package postbus.auth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import postbus.dns.DnsRecords;
import postbus.dns.DnsRecords.Found;
import postbus.dns.DnsRecords.Kind;

/**
 * The names that a client is said to have and really has (RFC 7208, section 5.5). DNS is asked when
 * somebody wants to know, once. What DNS does not say is no name.
 */
final class HostNames {
  /** Names of an address that are looked at (section 4.6.4). */
  private static final int NAMES_MAX = 10;

  private final DnsRecords dns;
  private final InetAddress client;
  private @Nullable List<String> names;

  HostNames(DnsRecords dns, InetAddress client) {
    this.dns = dns;
    this.client = client;
  }

  /** Whether the client has a name of this domain or below it. */
  boolean anyWithin(String domain) {
    return names().stream().anyMatch(name -> isWithin(name, domain));
  }

  /** The name that says most about the domain (section 7.3); empty for none. */
  String best(String domain) {
    return names().stream()
        .min(Comparator.comparing(name -> name.equals(domain) ? 0 : isWithin(name, domain) ? 1 : 2))
        .orElse("");
  }

  private static boolean isWithin(String name, String domain) {
    return name.equals(domain) || name.endsWith("." + domain);
  }

  private List<String> names() {
    List<String> known = names;
    if (known == null) {
      known = validated();
      names = known;
    }
    return known;
  }

  private List<String> validated() {
    List<String> validated = new ArrayList<>();
    if (dns.hosts(client) instanceof Found<String>(List<String> said)) {
      for (String name : said.subList(0, Math.min(NAMES_MAX, said.size()))) {
        if (dns.addresses(name, Kind.of(client)) instanceof Found<InetAddress>(var addresses)
            && addresses.contains(client)) {
          validated.add(name.toLowerCase(Locale.ROOT));
        }
      }
    }
    return validated;
  }
}
