package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import postbus.delivery.HandTaken.Recorded;
import postbus.dns.MailExchangers;
import postbus.dns.SiteLookup;
import postbus.dns.SiteNames;
import postbus.log.Mail;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;
import postbus.site.SiteRule;
import postbus.testkit.ScriptedSmtpServer;

/** Pools whose log is the test, and mails for them. */
final class PoolRig implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);
  private static final MailExchangers NO_DNS = domain -> new MailExchangers.Never("no DNS here");

  private final List<Pool> pools = new ArrayList<>();
  private final MailExchangers exchangers;
  private final int port;

  PoolRig() {
    this(NO_DNS, 25);
  }

  /**
   * @param port where exchangers listen
   */
  PoolRig(MailExchangers exchangers, int port) {
    this.exchangers = exchangers;
    this.port = port;
  }

  Pool normal(int connectionsMax, int mailsMax) {
    return pool(
        "normal",
        "127.0.0.1",
        "mchenry.wikimedia.org",
        Site.Tls.OPPORTUNISTIC,
        connectionsMax,
        mailsMax);
  }

  Pool pool(
      String name, String source, String helo, Site.Tls tls, int connectionsMax, int mailsMax) {
    return pool(name, source, helo, tls, connectionsMax, mailsMax, Map.of());
  }

  /** A normal pool, with a limit of mails a minute for one site. */
  Pool withRate(String site, int mailsPerMinuteMax) {
    OptionalInt rate = OptionalInt.of(mailsPerMinuteMax);
    return with(site, false, rate);
  }

  /** A normal pool of which one site has a lane of its own. */
  Pool withLane(String site) {
    return with(site, true, OptionalInt.empty());
  }

  private Pool with(String site, boolean ownLane, OptionalInt rate) {
    OptionalInt none = OptionalInt.empty();
    SiteRule rule = new SiteRule(site, List.of(), ownLane, none, none, rate);
    return pool("normal", "127.0.0.1", "mx", Site.Tls.NEVER, 5, 500, Map.of(site, rule));
  }

  private Pool pool(
      String name,
      String source,
      String helo,
      Site.Tls tls,
      int connectionsMax,
      int mailsMax,
      Map<String, SiteRule> rules) {
    Site.Pool pool = new Site.Pool(name, InetAddress.ofLiteral(source), helo, tls);
    DeliveryLimits limits =
        new DeliveryLimits(
            connectionsMax,
            100,
            mailsMax,
            Duration.ofMillis(300),
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            1,
            DeliveryLimits.DEFAULT.windowMails(),
            DeliveryLimits.DEFAULT.windowOctets(),
            connectionsMax,
            LONG,
            DeliveryLimits.DEFAULT.lending(),
            rules,
            Map.of());
    Site site =
        new Site(
            Path.of("site"),
            "mchenry.wikimedia.org",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(name, pool),
            RoutingRules.DNS_ALONE,
            Map.of(),
            DnsLimits.DEFAULT,
            SessionLimits.DEFAULT,
            limits,
            Schedule.DEFAULT);
    SiteLookup lookup = new SiteLookup(exchangers, new SiteNames(List.of()));
    Pool made = TestPools.pool(site, pool, new NextHops(exchangers, port), lookup::now);
    pools.add(made);
    return made;
  }

  static Recorded deliver(Pool pool, HandTaken taken) throws Exception {
    taken.recording.complete(null);
    pool.take(taken);
    return end(taken);
  }

  static Recorded end(HandTaken taken) throws Exception {
    return taken.ended.get(LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  static HandTaken mail(ScriptedSmtpServer server, String... to) {
    return mail(server.port(), to);
  }

  static HandTaken mail(int port, String... to) {
    NextHop.Hosts host = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", port));
    return mail(new Route("normal", host.toString(), host), to);
  }

  static HandTaken mail(Route route, String... to) {
    return mail(MailId.next(), route, to);
  }

  /** A mail that came when its id was made. */
  static HandTaken mail(MailId id, Route route, String... to) {
    byte[] content = "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    Envelope envelope =
        Envelope.begin(
                id,
                ReversePath.of("s@x.org"),
                Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
                new Client("127.0.9.1", "client", "mx", false),
                Body.of(content.length))
            .via(route);
    return new HandTaken(new Mail(envelope, content), "delivery." + route.pool() + ".shared");
  }

  @Override
  public void close() {
    for (Pool pool : pools) {
      pool.stop();
      assertThat(pool.awaitEnd(LONG)).isTrue();
    }
  }
}
