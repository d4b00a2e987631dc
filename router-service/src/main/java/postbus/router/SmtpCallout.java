package postbus.router;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.site.Site;
import postbus.smtp.Caller;
import postbus.smtp.Inquiry;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;

/**
 * Call-outs over SMTP, from the address and with the name and TLS of the pool {@code normal}, so
 * that a server sees whom its mail will come from. Every call-out is a connection of its own.
 */
final class SmtpCallout implements Callout {
  static final int SMTP_PORT = 25;

  /** A server that cannot be connected to leaves time for the next one. */
  private static final int CONNECTS_IN_A_WAIT = 3;

  private final SmtpConnector connector;
  private final MailExchangers exchangers;
  private final int port;

  /**
   * @param exchangers those that are nearer to the domain than this host
   * @param port of exchangers; a host of the configuration names its own
   */
  SmtpCallout(Site site, MailExchangers exchangers, int port) {
    Site.Pool pool = Objects.requireNonNull(site.pools().get(Site.NORMAL));
    boolean startTls =
        switch (pool.tls()) {
          case OPPORTUNISTIC -> true;
          case NEVER -> false;
        };
    Duration wait = site.routing().callout().answerWait();
    this.connector =
        new SmtpConnector(
            new Caller(pool.sources(), pool.helo(), startTls),
            new SmtpWaits(wait.dividedBy(CONNECTS_IN_A_WAIT), wait, wait, wait, wait, wait));
    this.exchangers = exchangers;
    this.port = port;
  }

  @Override
  public Inquiry ask(EmailAddress recipient, NextHop servers) {
    return switch (connector.open(servers(servers).toList())) {
      case Opened.Failed(var outcome) -> new Inquiry.Silent(outcome.why().toString());
      case Opened.Connected(SmtpConnection connection) -> {
        Inquiry inquiry = connection.inquire(recipient);
        // Nobody waits for the farewell; it takes as long as SmtpConnection.quit() says.
        Thread.startVirtualThread(connection::quit);
        yield inquiry;
      }
    };
  }

  /** None where a name leads nowhere: then nobody can be asked. */
  private Stream<Server> servers(NextHop nextHop) {
    return switch (nextHop) {
      case NextHop.Hosts(List<NextHop.Host> hosts) -> hosts.stream().flatMap(SmtpCallout::servers);
      case NextHop.Exchangers(String domain, String _) ->
          exchangers.of(domain) instanceof MailExchangers.Found(List<Exchanger> found)
              ? found.stream().flatMap(this::servers)
              : Stream.empty();
      case NextHop.Mailbox(), NextHop.Pipe _ -> Stream.empty();
    };
  }

  private Stream<Server> servers(Exchanger exchanger) {
    return exchanger.addresses().stream()
        .map(address -> new Server(exchanger.host(), InetAddress.ofLiteral(address), port));
  }

  private static Stream<Server> servers(NextHop.Host host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host.name()))
          .map(address -> new Server(host.name(), address, host.port()));
    } catch (UnknownHostException e) {
      return Stream.empty();
    }
  }
}
