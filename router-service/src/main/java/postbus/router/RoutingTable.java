package postbus.router;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import postbus.dns.MailExchangers;
import postbus.dns.RemoteExchangers;
import postbus.router.Decision.Decline;
import postbus.site.LiveFiles;
import postbus.site.Site;

/** The routers of a site in the seed's order; the first one that does not decline decides. */
final class RoutingTable {
  private static final Logger LOG = Logger.getLogger(RoutingTable.class);

  private final List<AddressRouter> routers;

  /** A decision, and who made it. */
  record Decided(Decision decision, AddressRouter by) {}

  private RoutingTable(List<AddressRouter> routers) {
    this.routers = List.copyOf(routers);
  }

  /** For mail that is on its way. @param exchangers all of a domain's, this host too */
  static RoutingTable of(Site site, LiveFiles files, MailExchangers exchangers) {
    return of(site, files, exchangers, true);
  }

  /** For an address that is only asked about: wiki mail is none of its business (no_verify). */
  static RoutingTable forVerifying(Site site, LiveFiles files, MailExchangers exchangers) {
    return of(site, files, exchangers, false);
  }

  private static RoutingTable of(
      Site site, LiveFiles files, MailExchangers all, boolean withWikiMail) {
    LocalDomains domains = new LocalDomains(site, files, all);
    MailExchangers nearer = new RemoteExchangers(all, site.primaryHostname());
    List<AddressRouter> routers = new ArrayList<>();
    if (withWikiMail) {
      site.routing()
          .wikiMail()
          .ifPresent(rule ->
              routers.add(
                  new WikiMailRouter(rule, new RemoteRouter(domains, site, nearer, rule.pool()))));
    }
    routers.add(new RemoteRouter(domains, site, nearer, Site.NORMAL));
    routers.add(new AliasRouter(files, new Includes(site.folder())));
    routers.add(new AccountRouter(files));
    routers.add(new LegacyListRouter(domains, files, site.routing().listsDomain()));
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
    return new Decided(Decision.unrouteable(), routers.getLast());
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
