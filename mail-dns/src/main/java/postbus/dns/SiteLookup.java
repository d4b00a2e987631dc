package postbus.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;

/**
 * Finds the site of a mail anew when it has waited: a domain may have other exchangers by now, and
 * the configuration other rules.
 */
public final class SiteLookup {
  private final MailExchangers exchangers;
  private final SiteNames names;

  /** Those recipients of a mail whose domains have the same exchangers. */
  private record Part(Route route, List<Recipient> recipients) {}

  /**
   * @param exchangers answers from a cache while an answer is fresh
   */
  public SiteLookup(MailExchangers exchangers, SiteNames names) {
    this.exchangers = exchangers;
    this.names = names;
  }

  /**
   * The mail with the route that it has now. Where the domains of its recipients no longer share
   * their exchangers, its parts: nobody's mail goes to a former neighbour's server. Attempts and
   * history stay.
   *
   * <p>Where DNS does not say, or says that a domain takes no mail, the old route stays, and the
   * attempt tells what becomes of the mail. Blocks for at most the resolver's time limit for each
   * domain.
   */
  public List<Envelope> now(Envelope mail) {
    Route before = mail.route().orElseThrow();
    Map<String, Route> ofDomains = new HashMap<>();
    Map<Route, Part> parts = new LinkedHashMap<>();
    for (Recipient recipient : mail.recipients()) {
      Route now =
          ofDomains.computeIfAbsent(recipient.address().domain(), domain -> now(before, domain));
      parts
          .computeIfAbsent(site(now), _ -> new Part(now, new ArrayList<>()))
          .recipients()
          .add(recipient);
    }
    return parts.values().stream()
        .map(part -> mail.to(part.recipients()).rerouted(part.route()))
        .toList();
  }

  private Route now(Route before, String domain) {
    return switch (before.nextHop()) {
      case NextHop.Exchangers _
          when exchangers.of(domain) instanceof Found(List<Exchanger> found) ->
          names.route(before.pool(), domain, found);
      case NextHop.Hosts hosts -> names.route(before.pool(), hosts);
      case NextHop.Exchangers _, NextHop.Mailbox _, NextHop.Pipe _ -> before;
    };
  }

  /** Without the domain that stands for all: one of several with the same exchangers. */
  private static Route site(Route route) {
    return route.nextHop() instanceof NextHop.Exchangers(String _, String hosts)
        ? new Route(route.pool(), route.site(), new NextHop.Exchangers("", hosts))
        : route;
  }
}
