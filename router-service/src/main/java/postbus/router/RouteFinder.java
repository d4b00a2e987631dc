package postbus.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import postbus.accounts.Accounts;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.MailExchangers.Found;
import postbus.log.Lanes;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.router.Candidate.Parent;
import postbus.router.Candidate.Submission;
import postbus.router.Journey.End;
import postbus.site.LiveFiles;
import postbus.site.Pipe;
import postbus.site.Site;
import postbus.site.alias.AddressText;
import postbus.site.alias.AddressText.Extracted;

/**
 * Says what would become of mail for an address, by the rules that mail itself is routed by; it
 * needs no running system, only what the site names. For any number of threads.
 */
public final class RouteFinder implements AutoCloseable {
  private static final int SMTP_PORT = 25;

  private final Site site;
  private final DnsExchangers exchangers;
  private final Sources sources;
  private final RoutingTable table;
  private final Lanes lanes;

  private RouteFinder(Site site, LiveFiles files, DnsExchangers exchangers) {
    this.site = site;
    this.exchangers = exchangers;
    sources = new Sources(files, exchangers, OtrsAddresses.at(site, files), Accounts.of(site));
    table = RoutingTable.of(site, sources);
    lanes = new ConfiguredLanes(site.delivery());
  }

  /** Asks the name servers and the OTRS servers that the site names. */
  public static RouteFinder of(Site site, LiveFiles files) {
    return new RouteFinder(site, files, new DnsExchangers(DnsSettings.of(site)));
  }

  /**
   * All ends of a mail for this address alone. Blocks where DNS or files have to be asked.
   *
   * @param asked an address as people write it, perhaps with a display name; one without a domain
   *     is at this host
   * @param listener by which the mail came in
   */
  public Answer find(String asked, ReversePath sender, String listener) {
    return switch (AddressText.extract(asked)) {
      case Extracted.Address(String localPart, Optional<String> domain) -> {
        EmailAddress address = new EmailAddress(localPart, domain.orElse(site.primaryHostname()));
        Candidate candidate = Candidate.of(Recipient.of(address), new Submission(sender, listener));
        List<End> ends = new Journey(table, Set.of()).follow(List.of(candidate));
        yield new Answer.Routed(asked, address, ends.stream().map(this::way).toList());
      }
      case Extracted.Nothing() -> new Answer.NoAddress(asked, "there is no address");
      case Extracted.Wrong(String why) -> new Answer.NoAddress(asked, why);
    };
  }

  /** Gives up the connections to databases. */
  @Override
  public void close() {
    sources.queues().close();
    sources.accounts().close();
  }

  private Way way(End end) {
    List<Way.Redirect> redirects = new ArrayList<>();
    Optional<Parent> from = end.candidate().from();
    while (from.isPresent()) {
      EmailAddress address = from.get().candidate().address();
      redirects.add(new Way.Redirect(address, from.get().by().name(address)));
      from = from.get().candidate().from();
    }
    return new Way(end.candidate().address(), end.rule(), redirects, fate(end.decision()));
  }

  private Way.Fate fate(Decision decision) {
    return switch (decision) {
      case Decision.Deliver(Route route) -> fate(route);
      case Decision.Fail(var reply, _) -> new Way.Failed(reply);
      case Decision.Defer(var reply) -> new Way.Deferred(reply);
      case Decision.Discard() -> new Way.Discarded();
      case Decision.Redirect _, Decision.Decline _ ->
          throw new IllegalStateException("no end: " + decision);
    };
  }

  private Way.Fate fate(Route route) {
    return switch (route.nextHop()) {
      case NextHop.Mailbox() -> new Way.Kept();
      case NextHop.Pipe(String command) ->
          new Way.Piped(command, Pipe.of(command, site.pipes()).isPresent());
      case NextHop.Exchangers(String domain, String _) -> sent(route, exchangers(domain));
      case NextHop.Hosts(List<NextHop.Host> hosts) ->
          sent(route, hosts.stream().map(RouteFinder::host).toList());
    };
  }

  private Way.Sent sent(Route route, List<Way.Host> hosts) {
    String lane = lanes.of(route.pool(), route.site());
    return new Way.Sent(route.pool(), route.site(), lane, hosts);
  }

  /** From the cache, mostly: the routers have just asked. */
  private List<Way.Host> exchangers(String domain) {
    return exchangers.of(domain) instanceof Found(List<Exchanger> exchangers)
        ? exchangers.stream()
            .map(
                each -> new Way.Host(each.host(), Optional.of(each.preference()), each.addresses()))
            .toList()
        : List.of();
  }

  private static Way.Host host(NextHop.Host host) {
    String name = host.port() == SMTP_PORT ? host.name() : host.toString();
    return new Way.Host(name, Optional.empty(), List.of());
  }
}
