package postbus.router;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import postbus.dns.DnsExchangers;
import postbus.mail.EmailAddress;
import postbus.router.Decision.Decline;
import postbus.site.LiveFiles;
import postbus.site.Site;
import postbus.site.alias.Includes;

/** The routers of a site in the seed's order; the first one that does not decline decides. */
final class RoutingTable {
  private static final Logger LOG = Logger.getLogger(RoutingTable.class);

  private final List<AddressRouter> routers;

  /** A decision, and who made it. */
  record Decided(Decision decision, AddressRouter by) {}

  private RoutingTable(List<AddressRouter> routers) {
    this.routers = List.copyOf(routers);
  }

  /** For mail that is on its way. */
  static RoutingTable of(Site site, Sources sources) {
    return of(site, sources, true);
  }

  /** For an address that is only asked about: wiki mail is none of its business (no_verify). */
  static RoutingTable forVerifying(Site site, Sources sources) {
    return of(site, sources, false);
  }

  private static RoutingTable of(Site site, Sources sources, boolean withWikiMail) {
    LiveFiles files = sources.files();
    DnsExchangers exchangers = sources.exchangers();
    LocalDomains domains = new LocalDomains(site, files, exchangers);
    List<AddressRouter> routers = new ArrayList<>();
    if (withWikiMail) {
      site.routing()
          .wikiMail()
          .ifPresent(rule ->
              routers.add(
                  new WikiMailRouter(
                      rule, new RemoteRouter(domains, site, exchangers, rule.pool()))));
    }
    routers.add(new RemoteRouter(domains, site, exchangers, Site.NORMAL));
    routers.add(new AliasRouter(files, new Includes(site.folder())));
    site.routing()
        .otrs()
        .ifPresent(rule -> routers.add(new OtrsRouter(sources.queues(), rule.target())));
    routers.add(new AccountRouter(sources.accounts()));
    routers.add(new LegacyListRouter(domains, files, site.routing().listsDomain()));
    routers.add(new Unrouteable());
    return new RoutingTable(routers);
  }

  /** What becomes of one address; never {@link Decline}. */
  Decided decide(Candidate candidate) {
    for (AddressRouter router : routers) {
      if (!candidate.cameThrough(router)) {
        Decision decision = ask(router, candidate);
        if (!(decision instanceof Decline)) {
          return new Decided(decision, router);
        }
      }
    }
    throw new IllegalStateException("nobody decided " + candidate.address());
  }

  /** The end of the table. */
  private static final class Unrouteable implements AddressRouter {
    @Override
    public Decision decide(Candidate candidate) {
      return Decision.unrouteable();
    }

    @Override
    public String name(EmailAddress address) {
      return "unrouteable";
    }
  }

  private static Decision ask(AddressRouter router, Candidate candidate) {
    try {
      return router.decide(candidate);
    } catch (UncheckedIOException e) {
      LOG.warnf("The site's data cannot be read: %s", e.getMessage());
      return Decision.wrongHere("the site's data cannot be read");
    }
  }
}
