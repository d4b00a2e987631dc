package postbus.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import postbus.dns.MailExchangers.Answer;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.dns.MailExchangers.Here;
import postbus.dns.MailExchangers.Later;
import postbus.dns.MailExchangers.Never;

/**
 * Decides which of a domain's hosts may be sent to: those nearer to the domain than this host, so
 * that mail cannot go round (RFC 5321, section 5.1).
 *
 * <p>The odd cases are as Exim 4.96 has them. A host that is ignored counts as if it were not
 * there. One that has no address counts: it may be better than this host, and if nobody else is,
 * the mail fails. A null MX beside others is one more host without address.
 */
final class NearerHosts {
  private final ThisHost thisHost;

  NearerHosts(ThisHost thisHost) {
    this.thisHost = thisHost;
  }

  /** How the hosts were found; and, in Exim's words, what to say if none is left. */
  enum Source {
    MX(
        "lowest numbered MX record points to local host",
        "all relevant MX records point to non-existent hosts"),
    ADDRESS("remote host address is the local host", "neither MX nor address");

    private final String here;
    private final String never;

    Source(String here, String never) {
      this.here = here;
      this.never = never;
    }
  }

  /**
   * @param named each host once, the best first
   */
  Answer of(String domain, Source source, List<MailHost> named) {
    List<MailHost> hosts = named.stream().filter(host -> !host.isIgnored()).toList();
    int ours = ours(hosts);
    List<MailHost> nearer = hosts.stream().filter(host -> host.preference() < ours).toList();
    if (nearer.isEmpty() && !hosts.isEmpty()) {
      return new Here(source.here + ": " + domain);
    }
    List<Exchanger> exchangers = exchangers(nearer);
    if (exchangers.stream().anyMatch(exchanger -> !exchanger.addresses().isEmpty())) {
      return new Found(exchangers);
    }
    return hosts.stream()
        .flatMap(host -> host.unknown().stream())
        .findFirst()
        .<Answer>map(Later::new)
        .orElseGet(() -> new Never(never(domain, source, nearer)));
  }

  /** The best preference of this host; worse than any if it is none of them. */
  private int ours(List<MailHost> hosts) {
    return hosts.stream()
        .filter(host -> thisHost.isCalled(host.name()) || thisHost.hasAny(host.addresses()))
        .mapToInt(MailHost::preference)
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  /** Best first, equal ones in random order; no address twice, and no host for only such. */
  private static List<Exchanger> exchangers(List<MailHost> nearer) {
    Set<InetAddress> seen = new HashSet<>();
    List<Exchanger> exchangers = new ArrayList<>();
    for (MailHost host : nearer) {
      List<String> addresses =
          host.addresses().stream().filter(seen::add).map(InetAddress::getHostAddress).toList();
      if (!host.isNullMx() && (!addresses.isEmpty() || host.addresses().isEmpty())) {
        exchangers.add(new Exchanger(host.name(), host.preference(), addresses));
      }
    }
    Collections.shuffle(exchangers);
    exchangers.sort(Comparator.comparingInt(Exchanger::preference));
    return exchangers;
  }

  private static String never(String domain, Source source, List<MailHost> nearer) {
    return !nearer.isEmpty() && nearer.getFirst().isNullMx()
        ? domain + " takes no mail (null MX)"
        : source.never + ": " + domain;
  }
}
