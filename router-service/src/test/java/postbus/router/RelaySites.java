package postbus.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.mail.NextHop;
import postbus.site.DomainList;
import postbus.site.RoutingRules;
import postbus.site.Site;

/** Sites that relay for other servers, made of one that does not. */
final class RelaySites {
  private RelaySites() {}

  /** The same site as a secondary exchanger of these domains. */
  static Site relaying(Site site, String... domains) {
    return with(site, site.routing(), domains);
  }

  /** The same with a route to each domain's own server, and these rules for call-outs. */
  static Site calling(Site site, RoutingRules.Callout callout, Map<String, NextHop.Hosts> routes) {
    RoutingRules r = site.routing();
    RoutingRules rules =
        new RoutingRules(r.wikiMail(), r.smartHost(), routes, r.otrs(), r.listsDomain(), callout);
    return with(site, rules, routes.keySet().toArray(String[]::new));
  }

  /** The same with all other mail by a smart host. */
  static Site bySmartHost(Site site, NextHop.Hosts smartHost) {
    RoutingRules rules = site.routing().to(Optional.of(smartHost), site.routing().routes());
    return with(
        site, rules, site.domainLists().get(DomainList.RELAY).names().toArray(String[]::new));
  }

  static RoutingRules.Callout callout(Duration answerWait) {
    return new RoutingRules.Callout(
        DomainList.RELAY, answerWait, Duration.ofHours(1), Duration.ofMinutes(5));
  }

  private static Site with(Site site, RoutingRules rules, String... domains) {
    Map<String, DomainList> lists = new HashMap<>(site.domainLists());
    lists.put(
        DomainList.RELAY, new DomainList(DomainList.RELAY, Set.of(domains), List.of(), false));
    return new Site(
        site.folder(),
        site.primaryHostname(),
        site.hostLists(),
        lists,
        site.listeners(),
        site.pools(),
        rules,
        site.pipes(),
        site.dns(),
        site.sessions(),
        site.delivery(),
        site.schedule());
  }
}
