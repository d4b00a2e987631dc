package postbus.dns;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import postbus.dns.Lookups.Asked;
import postbus.dns.Lookups.Looked;

/** Finds the addresses of the hosts that DNS names for a domain. */
final class HostLookup {
  /** Exchangers of one domain that are looked at; the best ones. */
  static final int EXCHANGERS_MAX = 20;

  private final Lookups lookups;

  HostLookup(Lookups lookups) {
    this.lookups = lookups;
  }

  /** The questions about one host's addresses, both under way at once. */
  private record Questions(Name host, int preference, Asked v4, Asked v6) {}

  /** The exchangers, each once with its best preference, the best first. */
  List<MailHost> exchangers(List<MXRecord> records, Predicate<InetAddress> ignored, long deadline) {
    Map<Name, Integer> preferences = new TreeMap<>();
    records.forEach(mx -> preferences.merge(mx.getTarget(), mx.getPriority(), Math::min));
    List<Questions> underWay =
        preferences.entrySet().stream()
            .sorted(Comparator.comparingInt(Map.Entry::getValue))
            .limit(EXCHANGERS_MAX)
            .map(host -> ask(host.getKey(), host.getValue(), deadline))
            .toList();
    return underWay.stream().map(questions -> await(questions, ignored)).toList();
  }

  /** A domain as its own exchanger. */
  MailHost itself(Name domain, Predicate<InetAddress> ignored, long deadline) {
    return await(ask(domain, 0, deadline), ignored);
  }

  private Questions ask(Name host, int preference, long deadline) {
    if (host.equals(Name.root)) {
      Asked none = () -> new Looked.Nothing(true);
      return new Questions(host, preference, none, none);
    }
    return new Questions(
        host,
        preference,
        lookups.ask(host, Type.A, deadline),
        lookups.ask(host, Type.AAAA, deadline));
  }

  private static MailHost await(Questions questions, Predicate<InetAddress> ignored) {
    Name name = questions.host();
    Set<InetAddress> addresses = new LinkedHashSet<>();
    Optional<String> unknown = Optional.empty();
    for (Asked question : List.of(questions.v4(), questions.v6())) {
      switch (question.get()) {
        case Looked.Records records -> {
          name = records.owner();
          addresses.addAll(records.addresses());
        }
        case Looked.Nothing _ -> {}
        case Looked.Unknown(String why) -> unknown = Optional.of(why);
      }
    }
    boolean hasAny = !addresses.isEmpty();
    addresses.removeIf(ignored);
    return new MailHost(
        name.toString(true).toLowerCase(Locale.ROOT),
        questions.preference(),
        addresses,
        hasAny && addresses.isEmpty(),
        addresses.isEmpty() ? unknown : Optional.empty());
  }
}
