package postbus.dns;

import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import postbus.dns.Lookups.Looked;

/**
 * Mail exchangers as RFC 5321, section 5.1, finds them: MX in the order of preference, else the
 * domain's own addresses; none by RFC 7505.
 *
 * <p>A host whose addresses are all unknown or ignored is left out. What DNS could not answer makes
 * the answer {@link MailExchangers.Later} only if no other host is left to try.
 */
public final class DnsExchangers implements MailExchangers {
  /** Exchangers of one domain that are looked at; the best ones. */
  public static final int EXCHANGERS_MAX = 20;

  /** Times that each server is asked within the limit: a datagram may get lost. */
  private static final int TRIES = 3;

  private static final int DOMAIN_OCTETS_MAX = 253;

  private final Lookups lookups;
  private final DnsSettings settings;

  public DnsExchangers(DnsSettings settings) {
    this.settings = settings;
    this.lookups = new Lookups(resolver(settings), settings);
  }

  private static Resolver resolver(DnsSettings settings) {
    List<InetSocketAddress> servers =
        settings.servers().isEmpty()
            ? ResolverConfig.getCurrentConfig().servers()
            : settings.servers();
    Duration eachTry = settings.limit().dividedBy((long) TRIES * Math.max(servers.size(), 1));
    List<Resolver> resolvers = new ArrayList<>();
    for (InetSocketAddress server : servers) {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(eachTry);
      resolvers.add(resolver);
    }
    ExtendedResolver all = new ExtendedResolver(resolvers);
    all.setTimeout(settings.limit());
    all.setRetries(TRIES);
    return all;
  }

  @Override
  public Answer of(String domain) {
    Name name;
    try {
      name = Name.fromString(IDN.toASCII(domain), Name.root);
    } catch (TextParseException | IllegalArgumentException _) {
      return new Never(shown(domain) + " is no domain name");
    }
    long deadline = System.nanoTime() + settings.limit().toNanos();
    return switch (lookups.ask(name, Type.MX, deadline).get()) {
      case Looked.Nothing(boolean domainExists) ->
          domainExists ? ownAddresses(name, deadline) : new Never("no such domain: " + domain);
      case Looked.Unknown(String why) -> new Later(why);
      case Looked.Records(var records) -> {
        List<MXRecord> named = byPreference(records.stream().map(MXRecord.class::cast).toList());
        yield named.stream().allMatch(mx -> mx.getTarget().equals(Name.root))
            ? new Never(domain + " takes no mail (null MX)")
            : hosts(domain, named, deadline);
      }
    };
  }

  private static List<MXRecord> byPreference(List<MXRecord> records) {
    List<MXRecord> sorted = new ArrayList<>(records);
    Collections.shuffle(sorted);
    sorted.sort(Comparator.comparingInt(MXRecord::getPriority));
    return sorted.subList(0, Math.min(sorted.size(), EXCHANGERS_MAX));
  }

  private Answer hosts(String domain, List<MXRecord> named, long deadline) {
    List<Addresses> asked =
        named.stream().map(mx -> addresses(mx.getTarget(), mx.getPriority(), deadline)).toList();
    return answer(asked, "all relevant MX records point to non-existent hosts: " + domain);
  }

  private Answer ownAddresses(Name domain, long deadline) {
    return answer(
        List.of(addresses(domain, 0, deadline)),
        "neither MX nor address: " + domain.toString(true));
  }

  /** The questions about one host's addresses, both under way at once. */
  private record Addresses(String host, int preference, Lookups.Asked v4, Lookups.Asked v6) {}

  private Addresses addresses(Name host, int preference, long deadline) {
    return new Addresses(
        host.toString(true),
        preference,
        lookups.ask(host, Type.A, deadline),
        lookups.ask(host, Type.AAAA, deadline));
  }

  private Answer answer(List<Addresses> asked, String whyNever) {
    List<Exchanger> found = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Addresses host : asked) {
      List<String> addresses = new ArrayList<>();
      for (Lookups.Asked question : List.of(host.v4(), host.v6())) {
        switch (question.get()) {
          case Looked.Records records -> addresses.addAll(usable(records));
          case Looked.Nothing _ -> {}
          case Looked.Unknown(String why) -> unknown.add(why);
        }
      }
      if (!addresses.isEmpty()) {
        found.add(new Exchanger(host.host(), host.preference(), addresses));
      }
    }
    if (!found.isEmpty()) {
      return new Found(found);
    }
    return unknown.isEmpty() ? new Never(whyNever) : new Later(unknown.getFirst());
  }

  private List<String> usable(Looked.Records records) {
    return records.addresses().stream()
        .filter(address -> !settings.ignored().test(address))
        .map(InetAddress::getHostAddress)
        .toList();
  }

  private static String shown(String domain) {
    return domain.length() <= DOMAIN_OCTETS_MAX ? domain : domain.substring(0, DOMAIN_OCTETS_MAX);
  }
}
