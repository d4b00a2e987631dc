package postbus.dns;

import java.net.IDN;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import postbus.dns.Lookups.Looked;
import postbus.dns.NearerHosts.Source;

/**
 * Mail exchangers as RFC 5321, section 5.1, finds them: MX in the order of preference, else the
 * domain's own addresses; none by RFC 7505; none that is not nearer to the domain than this host.
 */
public final class DnsExchangers implements MailExchangers {
  /** The seed's {@code @mx_primary/ignore=127.0.0.1}. */
  private static final Predicate<InetAddress> LOOPBACK = InetAddress.ofLiteral("127.0.0.1")::equals;

  private static final int DOMAIN_OCTETS_MAX = 253;

  private final DnsSettings settings;
  private final Lookups lookups;
  private final HostLookup hostLookup;
  private final NearerHosts nearerHosts;

  /** Whether this host is a domain's best exchanger. */
  public enum Primary {
    YES,
    NO,
    /** DNS does not say: ask later. */
    UNKNOWN
  }

  public DnsExchangers(DnsSettings settings) {
    this.settings = settings;
    this.lookups = new Lookups(settings);
    this.hostLookup = new HostLookup(lookups);
    this.nearerHosts = new NearerHosts(settings.thisHost());
  }

  @Override
  public Answer of(String domain) {
    return ask(domain, settings.ignored(), true);
  }

  /**
   * Whether this host is a domain's best exchanger, or one of the best (the seed's
   * {@code @mx_primary}). By MX records alone: a domain that merely has our address is none of
   * ours. Blocks for at most the resolver's time limit.
   */
  public Primary primary(String domain) {
    return switch (ask(domain, LOOPBACK, false)) {
      case Here _ -> Primary.YES;
      case Found _, Never _ -> Primary.NO;
      case Later _ -> Primary.UNKNOWN;
    };
  }

  /**
   * @param orItself whether a domain without MX is its own exchanger
   */
  private Answer ask(String domain, Predicate<InetAddress> ignored, boolean orItself) {
    Name name;
    try {
      name = Name.fromString(IDN.toASCII(domain), Name.root);
    } catch (TextParseException | IllegalArgumentException _) {
      return new Never(shown(domain) + " is no domain name");
    }
    long deadline = System.nanoTime() + settings.limit().toNanos();
    return switch (lookups.ask(name, Type.MX, deadline).get()) {
      case Looked.Records(var records) -> {
        List<MXRecord> named = records.stream().map(MXRecord.class::cast).toList();
        yield nearerHosts.of(domain, Source.MX, hostLookup.exchangers(named, ignored, deadline));
      }
      case Looked.Nothing(boolean domainExists) when !domainExists ->
          new Never("no such domain: " + domain);
      case Looked.Nothing _ when orItself ->
          nearerHosts.of(
              domain, Source.ADDRESS, List.of(hostLookup.itself(name, ignored, deadline)));
      case Looked.Nothing _ -> new Never("no MX: " + domain);
      case Looked.Unknown(String why) -> new Later(why);
    };
  }

  private static String shown(String domain) {
    return domain.length() <= DOMAIN_OCTETS_MAX ? domain : domain.substring(0, DOMAIN_OCTETS_MAX);
  }
}
