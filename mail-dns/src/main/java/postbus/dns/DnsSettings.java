package postbus.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * How DNS is asked.
 *
 * @param servers asked in turn; empty for those that the system names (resolv.conf)
 * @param limit for the whole answer about one domain, its hosts' addresses included
 * @param inFlightMax questions at the same time; more wait for their turn, within their limit
 * @param negativeTtlMax how long an answer "there is none" is believed at most
 * @param ignored addresses that count as if DNS had not named them
 */
public record DnsSettings(
    List<InetSocketAddress> servers,
    Duration limit,
    int inFlightMax,
    Duration negativeTtlMax,
    Predicate<InetAddress> ignored) {

  /**
   * With 5,000 questions at once hundreds of datagrams were lost, with 200 in flight none. A
   * mistake in a zone is forgotten five minutes after it was mended.
   */
  public static final DnsSettings DEFAULT =
      new DnsSettings(
          List.of(), Duration.ofSeconds(10), 200, Duration.ofMinutes(5), DnsSettings::isOurselves);

  public DnsSettings {
    servers = List.copyOf(servers);
  }

  /** The same with these servers. */
  public DnsSettings asking(List<InetSocketAddress> others) {
    return new DnsSettings(others, limit, inFlightMax, negativeTtlMax, ignored);
  }

  /** The same with this limit. */
  public DnsSettings within(Duration other) {
    return new DnsSettings(servers, other, inFlightMax, negativeTtlMax, ignored);
  }

  /** 0.0.0.0 and 127.0.0.0/8, as the seed's ignore_target_hosts, and their IPv6 counterparts. */
  private static boolean isOurselves(InetAddress address) {
    return address.isAnyLocalAddress() || address.isLoopbackAddress();
  }
}
