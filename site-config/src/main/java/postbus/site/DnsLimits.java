package postbus.site;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How DNS is asked, and which of its answers do not count.
 *
 * @param servers asked in turn; empty for those that the system names
 * @param answerWait for the whole answer about one domain, its hosts' addresses included
 * @param negativeMax how long an answer "there is none" is believed at most
 * @param ignoredTargets addresses that count as if DNS had not named them (the seed's
 *     ignore_target_hosts)
 */
public record DnsLimits(
    List<InetSocketAddress> servers,
    Duration answerWait,
    Duration negativeMax,
    HostList ignoredTargets) {

  /** The host list of targets that mail never goes to by DNS. */
  public static final String IGNORED_TARGETS = "ignore-target-hosts";

  /**
   * Nothing that a stranger's zone names may lead to this host or into a private network: RFC 1122
   * (this host, loopback), 1918, 3927, 4193, 4291, 5771, 6598.
   */
  private static final HostList NOT_OUTSIDE =
      new HostList(
          IGNORED_TARGETS,
          List.of(
              network("0.0.0.0", 8),
              network("10.0.0.0", 8),
              network("100.64.0.0", 10),
              network("127.0.0.0", 8),
              network("169.254.0.0", 16),
              network("172.16.0.0", 12),
              network("192.168.0.0", 16),
              network("224.0.0.0", 3),
              network("::", 127),
              network("fc00::", 7),
              network("fe80::", 10),
              network("ff00::", 8)));

  /** A mistake in a zone is forgotten five minutes after it was mended. */
  public static final DnsLimits DEFAULT =
      new DnsLimits(List.of(), Duration.ofSeconds(10), Duration.ofMinutes(5), NOT_OUTSIDE);

  public DnsLimits {
    servers = List.copyOf(servers);
  }

  /** The same with these name servers. */
  public DnsLimits asking(List<InetSocketAddress> others) {
    return new DnsLimits(others, answerWait, negativeMax, ignoredTargets);
  }

  private static HostList.Network network(String base, int bits) {
    return new HostList.Network(InetAddress.ofLiteral(base), bits);
  }
}
