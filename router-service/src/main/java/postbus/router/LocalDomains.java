package postbus.router;

import java.util.Optional;
import postbus.dns.DnsExchangers;
import postbus.site.DomainList;
import postbus.site.LiveFiles;
import postbus.site.Site;

/** Decides which domains are handled here, and which ones this site relays for. */
final class LocalDomains {
  /** Whether a domain is in a list. */
  enum Membership {
    YES,
    NO,
    /** DNS would have to say, and does not answer. */
    UNKNOWN
  }

  private final Site site;
  private final LiveFiles files;
  private final DnsExchangers exchangers;

  LocalDomains(Site site, LiveFiles files, DnsExchangers exchangers) {
    this.site = site;
    this.files = files;
    this.exchangers = exchangers;
  }

  /** Whether the domain is handled here: by the list, or since this host is its best exchanger. */
  Membership local(String domain) {
    Optional<DomainList> list = list(DomainList.LOCAL);
    if (list.filter(names -> files.contains(names, domain)).isPresent()) {
      return Membership.YES;
    }
    boolean dnsDecides =
        list.filter(DomainList::mxPrimary).isPresent()
            && site.routing().smartHost().isEmpty()
            && !site.routing().routes().containsKey(domain);
    return dnsDecides && !domain.startsWith("[") ? mxPrimary(domain) : Membership.NO;
  }

  /** Whether outsiders may send to the domain although it is not handled here. */
  boolean relayed(String domain) {
    return list(DomainList.RELAY).filter(names -> files.contains(names, domain)).isPresent();
  }

  /** Whether old addresses of mailing lists still come in under the domain. */
  boolean legacy(String domain) {
    return list(DomainList.LEGACY).filter(names -> files.contains(names, domain)).isPresent();
  }

  private Optional<DomainList> list(String name) {
    return Optional.ofNullable(site.domainLists().get(name));
  }

  private Membership mxPrimary(String domain) {
    return switch (exchangers.primary(domain)) {
      case YES -> Membership.YES;
      case NO -> Membership.NO;
      case UNKNOWN -> Membership.UNKNOWN;
    };
  }
}
