package postbus.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;

/**
 * What {@code postbus.yaml} says of where mail goes.
 *
 * @param wikiMail which mail the bulk pool takes; empty if the site has none
 * @param smartHost where all outside mail goes; empty to ask DNS
 * @param routes hosts for single domains, in lower case; before the smart host
 * @param otrs where mail for OTRS queues goes; empty if the site has none
 * @param listsDomain where the legacy mailing lists live now
 * @param callout how other servers are asked about recipients
 */
public record RoutingRules(
    Optional<WikiMail> wikiMail,
    Optional<NextHop.Hosts> smartHost,
    Map<String, NextHop.Hosts> routes,
    Optional<Otrs> otrs,
    String listsDomain,
    Callout callout) {

  /** The seed's domain of mailing lists. */
  public static final String LISTS_DOMAIN = "lists.wikimedia.org";

  /** DNS alone; no call-outs. */
  public static final RoutingRules DNS_ALONE =
      new RoutingRules(
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          LISTS_DOMAIN,
          Callout.DEFAULT);

  public RoutingRules {
    routes = Map.copyOf(routes);
  }

  /** The same with these hosts. */
  public RoutingRules to(
      Optional<NextHop.Hosts> otherSmartHost, Map<String, NextHop.Hosts> otherRoutes) {
    return new RoutingRules(wikiMail, otherSmartHost, otherRoutes, otrs, listsDomain, callout);
  }

  /** Wiki mail: sent by one of these, through this listener, to a domain that is not local. */
  public record WikiMail(List<String> senders, String listener, String pool) {}

  /**
   * Addresses of OTRS queues, whose mail goes to one address.
   *
   * @param target where it goes
   */
  public record Otrs(EmailAddress target, OtrsSource source) {}

  /** Who knows the addresses of the queues. */
  public sealed interface OtrsSource permits OtrsSource.File, Database {

    /** A file in the site folder with an address a line, read live. */
    record File(Path path) implements OtrsSource {}
  }

  /**
   * Asking the server of a relay domain whether it knows a recipient: MAIL with the null
   * reverse-path, RCPT, no DATA.
   *
   * @param domains the domain list whose servers are asked
   * @param answerWait for the whole of it; silence accepts
   * @param keep how long a positive answer is believed
   * @param keepNegative how long a negative answer is believed
   */
  public record Callout(String domains, Duration answerWait, Duration keep, Duration keepNegative) {
    public static final Callout DEFAULT =
        new Callout(
            DomainList.RELAY, Duration.ofSeconds(3), Duration.ofHours(1), Duration.ofMinutes(5));
  }
}
