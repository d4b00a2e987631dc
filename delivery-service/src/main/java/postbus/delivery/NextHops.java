package postbus.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.dns.SiteName;
import postbus.mail.Cause;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.smtp.Server;

/**
 * Finds the servers of a next hop, best first (RFC 5321, section 5.1). What DNS does not say of one
 * domain is the mail's misfortune: others of its site are not slowed for a neighbour's zone.
 */
final class NextHops {
  private final MailExchangers exchangers;
  private final int port;

  /**
   * @param port of mail exchangers; a host of the configuration names its own
   */
  NextHops(MailExchangers exchangers, int port) {
    this.exchangers = exchangers;
    this.port = port;
  }

  /** What a next hop leads to. */
  sealed interface Found {
    /**
     * At least one.
     *
     * @param leadsTo whose servers they are
     */
    record Servers(List<Server> all, NextHop leadsTo) implements Found {}

    /** Its domains no longer share those exchangers by which they came into one mail. */
    record Parted() implements Found {}

    /** None: what that means for the mail. */
    record Nowhere(Outcome outcome) implements Found {}
  }

  /** Where a mail goes from its lane. Blocks for at most the resolver's limit for each domain. */
  Found of(Envelope envelope) {
    NextHop nextHop = envelope.route().orElseThrow().nextHop();
    return switch (nextHop) {
      case NextHop.Hosts(List<NextHop.Host> hosts) -> hosts(hosts);
      case NextHop.Exchangers believed -> exchangers(believed, envelope.recipients());
      case NextHop.Mailbox(), NextHop.Pipe _ ->
          throw new IllegalArgumentException(nextHop + " is no business of delivery over SMTP");
    };
  }

  private static Found hosts(List<NextHop.Host> hosts) {
    List<Server> servers = hosts.stream().flatMap(NextHops::servers).toList();
    return servers.isEmpty()
        ? new Found.Nowhere(
            new Deferred(
                Scope.SITE, Cause.ours("CONNECT", 451, "4.4.3", "no address of any of " + hosts)))
        : new Found.Servers(servers, new NextHop.Hosts(hosts));
  }

  /** None of a host whose name is unknown; the next choice may do. */
  private static Stream<Server> servers(NextHop.Host host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host.name()))
          .map(address -> new Server(host.name(), address, host.port()));
    } catch (UnknownHostException e) {
      return Stream.empty();
    }
  }

  /**
   * Those of a recipient's domain, if possible the one that stands for the site; if it has none any
   * more, those of another one's: nobody's mail fails for a neighbour's zone.
   */
  private Found exchangers(NextHop.Exchangers believed, List<Recipient> recipients) {
    List<String> domains = recipients.stream().map(NextHops::domain).distinct().toList();
    boolean isAmong = domains.contains(believed.domain());
    Found found = exchangers(isAmong ? believed.domain() : domains.getFirst());
    for (String other : domains) {
      if (!(found instanceof Found.Nowhere(Bounced _))) {
        break;
      }
      found = exchangers(other);
    }
    return domains.size() > 1 && isElsewhere(found, believed) ? new Found.Parted() : found;
  }

  private static String domain(Recipient recipient) {
    return recipient.address().domain();
  }

  /**
   * Whether DNS says otherwise now than when the mail was routed. Then it speaks for the domain
   * that was asked, and no longer for its neighbours.
   */
  private static boolean isElsewhere(Found found, NextHop.Exchangers believed) {
    return found instanceof Found.Servers(var _, NextHop leadsTo)
        && !KeptConnection.isSame(leadsTo, believed);
  }

  private Found exchangers(String domain) {
    return switch (exchangers.of(domain)) {
      case MailExchangers.Found(List<Exchanger> all) ->
          new Found.Servers(
              all.stream().flatMap(this::servers).toList(),
              new NextHop.Exchangers(domain, SiteName.of(all)));
      case MailExchangers.Never(String why) ->
          new Found.Nowhere(new Bounced(Scope.MAIL, Cause.ours("CONNECT", 550, "5.1.2", why)));
      case MailExchangers.Here(String why) ->
          new Found.Nowhere(new Deferred(Scope.MAIL, Cause.ours("CONNECT", 451, "4.4.6", why)));
      case MailExchangers.Later(String why) ->
          new Found.Nowhere(new Deferred(Scope.MAIL, Cause.ours("CONNECT", 451, "4.4.3", why)));
    };
  }

  private Stream<Server> servers(Exchanger exchanger) {
    return exchanger.addresses().stream()
        .map(address -> new Server(exchanger.host(), InetAddress.ofLiteral(address), port));
  }
}
