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
     * @param leadsTo what they are the servers of, as far as is known now
     */
    record Servers(List<Server> all, NextHop leadsTo) implements Found {}

    /** Other servers than those by which the mail came to its site. */
    record Moved() implements Found {}

    /** None: what that means for the mail. */
    record Nowhere(Outcome outcome) implements Found {}
  }

  /**
   * Where a mail goes from its lane. Blocks for at most the resolver's limit for each domain.
   *
   * <p>Where DNS names other exchangers than those that the mail was routed by, it has moved: its
   * recipients may not belong together any more, and a stranger's server is to see none of them.
   *
   * @param isAsFound goes there all the same if they are the exchangers of all recipients; if not,
   *     the mail waits
   */
  Found of(Envelope envelope, boolean isAsFound) {
    NextHop nextHop = envelope.route().orElseThrow().nextHop();
    return switch (nextHop) {
      case NextHop.Hosts hosts -> hosts(hosts);
      case NextHop.Exchangers(String domain, String _) when !isProvable(envelope) ->
          new Found.Nowhere(new Bounced(Scope.MAIL, unproven(domain)));
      case NextHop.Exchangers(String domain, String believed) -> {
        Found found = exchangers(domain, envelope.recipients());
        yield isAsBelieved(found, believed)
            ? found
            : moved(found, envelope.recipients(), isAsFound);
      }
      case NextHop.Mailbox(), NextHop.Pipe _ ->
          throw new IllegalArgumentException(nextHop + " is no business of delivery over SMTP");
    };
  }

  /**
   * Whether what a mail wants of its way can be had. One with REQUIRETLS goes to no exchanger whose
   * name DNS alone vouches for (RFC 8689, section 4.2.1: DNSSEC or MTA-STS has to).
   */
  static boolean isProvable(Envelope envelope) {
    return !envelope.parameters().requireTls()
        || !(KeptConnection.nextHop(envelope) instanceof NextHop.Exchangers);
  }

  private static Cause unproven(String domain) {
    String why = "REQUIRETLS: nothing proves that the exchangers which DNS names are those of ";
    return Cause.ours("CONNECT", 550, "5.7.30", why + domain);
  }

  private static boolean isAsBelieved(Found found, String believed) {
    return believed.isEmpty()
        || !(found instanceof Found.Servers(var _, NextHop.Exchangers(String _, String hosts)))
        || hosts.equals(believed);
  }

  private static Found moved(Found found, List<Recipient> recipients, boolean isAsFound) {
    if (!isAsFound) {
      return new Found.Moved();
    }
    boolean isTheirs =
        found instanceof Found.Servers(var _, NextHop.Exchangers(String domain, String _))
            && recipients.stream().allMatch(each -> each.address().domain().equals(domain));
    return isTheirs
        ? found
        : new Found.Nowhere(
            new Deferred(
                Scope.MAIL,
                Cause.ours("CONNECT", 451, "4.4.3", "the exchangers of its domains change")));
  }

  private static Found hosts(NextHop.Hosts named) {
    List<NextHop.Host> hosts = named.hosts();
    List<Server> servers = hosts.stream().flatMap(NextHops::servers).toList();
    return servers.isEmpty()
        ? new Found.Nowhere(
            new Deferred(
                Scope.SITE, Cause.ours("CONNECT", 451, "4.4.3", "no address of any of " + hosts)))
        : new Found.Servers(servers, named);
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
   * Those of the domain that stands for the site; if it has none any more, those of another
   * recipient's domain: nobody's mail fails for a neighbour's zone.
   */
  private Found exchangers(String domain, List<Recipient> recipients) {
    Stream<String> domains = recipients.stream().map(recipient -> recipient.address().domain());
    Found found = exchangers(domain);
    for (String other : domains.filter(each -> !each.equals(domain)).distinct().toList()) {
      if (!(found instanceof Found.Nowhere(Bounced _))) {
        return found;
      }
      found = exchangers(other);
    }
    return found;
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
