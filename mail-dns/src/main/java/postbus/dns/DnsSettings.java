package postbus.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import postbus.site.DnsLimits;
import postbus.site.Site;

/**
 * How DNS is asked.
 *
 * @param servers asked in turn; empty for those that the system names (resolv.conf)
 * @param limit for the whole answer about one domain, its hosts' addresses included
 * @param negativeTtlMax how long an answer "there is none" is believed at most
 * @param ignored addresses that count as if DNS had not named them
 * @param thisHost whose own mail must not be sent back to itself
 */
public record DnsSettings(
    List<InetSocketAddress> servers,
    Duration limit,
    Duration negativeTtlMax,
    Predicate<InetAddress> ignored,
    ThisHost thisHost) {

  public DnsSettings {
    servers = List.copyOf(servers);
  }

  /** As the site has it. */
  public static DnsSettings of(Site site) {
    DnsLimits limits = site.dns();
    return new DnsSettings(
        limits.servers(),
        limits.answerWait(),
        limits.negativeMax(),
        limits.ignoredTargets()::contains,
        ThisHost.of(site));
  }

  /** The same with these servers. */
  public DnsSettings asking(List<InetSocketAddress> others) {
    return new DnsSettings(others, limit, negativeTtlMax, ignored, thisHost);
  }

  /** The same with this limit. */
  public DnsSettings within(Duration other) {
    return new DnsSettings(servers, other, negativeTtlMax, ignored, thisHost);
  }
}
