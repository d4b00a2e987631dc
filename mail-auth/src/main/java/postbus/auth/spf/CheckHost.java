package postbus.auth.spf;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import postbus.auth.spf.Mechanism.Bits;
import postbus.auth.spf.Mechanism.Directive;
import postbus.dns.DnsRecords;
import postbus.dns.DnsRecords.Answer;
import postbus.dns.DnsRecords.Found;
import postbus.dns.DnsRecords.Kind;
import postbus.dns.DnsRecords.Nothing;
import postbus.dns.DnsRecords.Unknown;
import postbus.site.HostList.Network;

/** One evaluation of check_host() (RFC 7208, section 4) and of all that it includes. */
final class CheckHost {
  /** Terms that ask DNS, in all records together (section 4.6.4). */
  private static final int TERMS_MAX = 10;

  /** Questions of terms to which DNS has nothing to say. */
  private static final int VOID_MAX = 2;

  /** Hosts that one mx may name. */
  private static final int MX_MAX = 10;

  /** Octets of a record; RFC 7208, section 3.4, wants them to fit into 512. */
  private static final int RECORD_MAX = 4096;

  private final DnsRecords dns;
  private final Spf.Asked asked;
  private final Kind kind;
  private final HostNames names;
  private int terms;
  private int voids;

  /** Of the record whose result counts: where its explanation is, and the domain it is of. */
  private Optional<MacroString> explanation = Optional.empty();

  private String explaining = "";

  /** The check ends here, with a result that is an error. */
  private static final class Ended extends Exception {
    private static final long serialVersionUID = 1L;
    private final SpfResult result;

    Ended(SpfResult result) {
      super(null, null, false, false);
      this.result = result;
    }
  }

  CheckHost(DnsRecords dns, Spf.Asked asked) {
    this.dns = dns;
    this.asked = asked;
    this.kind = Kind.of(asked.client());
    this.names = new HostNames(dns, asked.client());
  }

  SpfResult of(String domain) {
    try {
      return evaluate(domain);
    } catch (Ended end) {
      return end.result;
    }
  }

  private SpfResult evaluate(String domain) throws Ended {
    Optional<SpfRecord> record = record(domain);
    if (record.isEmpty()) {
      return SpfResult.NONE;
    }
    for (Directive directive : record.get().directives()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new Ended(SpfResult.TEMPERROR); // nobody waits for it any more
      }
      if (matches(directive.mechanism(), domain)) {
        explanation = record.get().explanation();
        explaining = domain;
        return directive.result();
      }
    }
    if (record.get().redirect().isEmpty()) {
      return SpfResult.NEUTRAL;
    }
    countTerm();
    SpfResult result = evaluate(expanded(record.get().redirect().get(), domain));
    return result == SpfResult.NONE ? SpfResult.PERMERROR : result;
  }

  /** The one record of SPF that the domain has (sections 4.4 and 4.5). */
  private Optional<SpfRecord> record(String domain) throws Ended {
    List<String> records =
        switch (dns.texts(domain)) {
          case Found<String>(List<String> texts) ->
              texts.stream().filter(SpfSyntax::isSpf).toList();
          case Nothing<String> _ -> List.of();
          case Unknown<String> _ -> throw new Ended(SpfResult.TEMPERROR);
        };
    if (records.size() > 1 || records.stream().anyMatch(text -> text.length() > RECORD_MAX)) {
      throw new Ended(SpfResult.PERMERROR);
    }
    try {
      return records.isEmpty() ? Optional.empty() : Optional.of(SpfSyntax.read(records.getFirst()));
    } catch (SpfSyntaxError _) {
      throw new Ended(SpfResult.PERMERROR);
    }
  }

  private boolean matches(Mechanism mechanism, String domain) throws Ended {
    return switch (mechanism) {
      case Mechanism.All() -> true;
      case Mechanism.Ip(Network network) -> network.contains(asked.client());
      case Mechanism.Include(MacroString included) -> includes(expanded(included, domain));
      case Mechanism.A(Optional<MacroString> name, Bits bits) -> {
        countTerm();
        yield anyWithin(known(dns.addresses(target(name, domain), kind)), bits);
      }
      case Mechanism.Mx(Optional<MacroString> name, Bits bits) -> {
        countTerm();
        yield anyExchanger(known(dns.exchangers(target(name, domain))), bits);
      }
      case Mechanism.Exists(MacroString name) -> {
        countTerm();
        yield !known(dns.addresses(expanded(name, domain), Kind.V4)).isEmpty();
      }
      case Mechanism.Ptr(Optional<MacroString> name) -> {
        countTerm();
        yield names.anyWithin(target(name, domain));
      }
    };
  }

  private void countTerm() throws Ended {
    terms++;
    if (terms > TERMS_MAX) {
      throw new Ended(SpfResult.PERMERROR);
    }
  }

  /** Section 5.2: only a pass matches, and what cannot be told ends the whole check. */
  private boolean includes(String domain) throws Ended {
    countTerm();
    return switch (evaluate(domain)) {
      case PASS -> true;
      case FAIL, SOFTFAIL, NEUTRAL -> false;
      case TEMPERROR -> throw new Ended(SpfResult.TEMPERROR);
      case PERMERROR, NONE -> throw new Ended(SpfResult.PERMERROR);
    };
  }

  private boolean anyExchanger(List<String> hosts, Bits bits) throws Ended {
    if (hosts.size() > MX_MAX) {
      throw new Ended(SpfResult.PERMERROR);
    }
    for (String host : hosts) {
      Answer<InetAddress> addresses = dns.addresses(host, kind);
      // An exchanger without an address of the client's kind is no waste of a look-up.
      boolean isUsual = addresses instanceof Nothing<InetAddress>(boolean exists) && exists;
      if (!isUsual && anyWithin(known(addresses), bits)) {
        return true;
      }
    }
    return false;
  }

  private boolean anyWithin(List<InetAddress> addresses, Bits bits) {
    int length = kind == Kind.V4 ? bits.v4() : bits.v6();
    return addresses.stream()
        .anyMatch(address -> new Network(address, length).contains(asked.client()));
  }

  /** What DNS has; each time it has nothing counts, and that it does not say ends the check. */
  private <T> List<T> known(Answer<T> answer) throws Ended {
    return switch (answer) {
      case Found<T>(List<T> values) -> values;
      case Nothing<T> _ -> {
        voids++;
        if (voids > VOID_MAX) {
          throw new Ended(SpfResult.PERMERROR);
        }
        yield List.of();
      }
      case Unknown<T> _ -> throw new Ended(SpfResult.TEMPERROR);
    };
  }

  private String target(Optional<MacroString> name, String domain) throws Ended {
    return name.isPresent() ? expanded(name.get(), domain) : domain;
  }

  private String expanded(MacroString name, String domain) throws Ended {
    try {
      return name.expandDomain(new MacroValues(asked, domain, names));
    } catch (SpfSyntaxError _) {
      throw new Ended(SpfResult.PERMERROR);
    }
  }

  /** What the domain says to those who fail (section 6.2); asked for after the result is known. */
  Optional<String> explanation() {
    MacroValues values = new MacroValues(asked, explaining, names);
    return explanation.flatMap(where -> {
      try {
        return dns.texts(where.expandDomain(values)) instanceof Found<String>(List<String> texts)
                && texts.size() == 1
                && texts.getFirst().length() <= RECORD_MAX
            ? Optional.of(MacroString.explanation(texts.getFirst()).expand(values))
            : Optional.empty();
      } catch (SpfSyntaxError _) {
        return Optional.empty();
      }
    });
  }
}
