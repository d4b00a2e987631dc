package postbus.ingress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.DomainList;
import postbus.site.FrontEnds;
import postbus.site.HostList;
import postbus.site.ListenerTls;
import postbus.site.ListenerTls.Use;
import postbus.site.LoginRules;
import postbus.site.LoginRules.Patience;
import postbus.site.Manners;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;
import postbus.site.Site.Auth;
import postbus.site.Submission;

/** Sites for the tests, on free ports. 127.0.1.0/24 are the application servers. */
final class Sites {
  static final InetAddress APP_SERVER = InetAddress.ofLiteral("127.0.1.1");
  static final InetAddress OUTSIDER = InetAddress.ofLiteral("127.0.9.1");

  static final InetAddress BALANCER = InetAddress.ofLiteral("127.0.2.1");
  static final InetAddress FILTER = InetAddress.ofLiteral("127.0.3.1");

  private static final HostList APP_SERVERS =
      new HostList("app-servers", List.of(new HostList.Network(APP_SERVER, 24)));

  /** Three refused recipients, and two for each good one; 500 octets a second. */
  private static final Manners MANNERS = new Manners(1 << 20, 3, 2, 500, Duration.ofSeconds(1));

  /** Four wrong passwords of a network for an account, eight in all. */
  static final Patience PATIENCE =
      new Patience(
          4,
          8,
          Duration.ofHours(1),
          Duration.ofMinutes(10),
          Duration.ofMillis(100),
          Duration.ofMillis(200));

  private Sites() {}

  /** Limits that a test can reach. */
  static SessionLimits small() {
    return limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(5));
  }

  static SessionLimits limits(Duration commandWait, Duration dataWait, Duration ourWait) {
    return limits(Duration.ofMillis(50), commandWait, dataWait, ourWait);
  }

  static SessionLimits greetingAfter(Duration pause) {
    Duration minute = Duration.ofMinutes(1);
    return limits(pause, minute, minute, Duration.ofSeconds(5));
  }

  private static SessionLimits limits(
      Duration greetingPause, Duration commandWait, Duration dataWait, Duration ourWait) {
    return new SessionLimits(
        20_000,
        4_000,
        3,
        512,
        1_000,
        4,
        6,
        4,
        greetingPause,
        commandWait,
        dataWait,
        Duration.ofMinutes(5),
        ourWait,
        ourWait,
        ourWait,
        5,
        1,
        MANNERS);
  }

  /** So many connections of one listener. */
  static SessionLimits forThousands(int connections) {
    SessionLimits of = small();
    return new SessionLimits(
        of.sizeMax(),
        of.inlineMax(),
        of.recipientsMax(),
        of.commandLineMax(),
        of.textLineMax(),
        of.errorsMax(),
        connections,
        of.connectionsPerClientMax(),
        of.greetingPause(),
        of.commandWait(),
        of.dataWait(),
        of.sessionMax(),
        of.recipientWait(),
        of.verdictWait(),
        of.logWait(),
        of.hopsMax(),
        of.diskFreeMin(),
        of.manners());
  }

  static Site of(SessionLimits limits) {
    Site.Listener mx = listener("mx", Optional.empty());
    Site.Listener wiki = listener("wiki-mail", Optional.of(APP_SERVERS));
    return new Site(
        Path.of("."),
        "mchenry.wikimedia.org",
        Map.of(),
        Map.of(),
        Map.of(
            "mx",
            mx,
            "wiki-mail",
            wiki,
            "proxied",
            behindABalancer(),
            "behind-a-filter",
            listener("behind-a-filter", Optional.of(host(FILTER)))),
        Map.of(),
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT,
        limits,
        DeliveryLimits.DEFAULT,
        Schedule.DEFAULT);
  }

  /** One listener, at a free port of this address. */
  static Site at(InetAddress address) {
    Site of = of(small());
    Site.Listener mx = of.listeners().get("mx");
    return new Site(
        of.folder(),
        of.primaryHostname(),
        of.hostLists(),
        of.domainLists(),
        Map.of(
            "mx",
            new Site.Listener(
                mx.name(),
                new InetSocketAddress(address, 0),
                mx.onlyFrom(),
                mx.trust(),
                mx.frontEnds(),
                mx.tls(),
                mx.auth(),
                mx.purpose())),
        of.pools(),
        of.routing(),
        of.pipes(),
        of.dns(),
        of.sessions(),
        of.delivery(),
        of.schedule());
  }

  /** Where people log in; the folder has the aliases. */
  static Site submitting(Path folder, Submission rules) {
    Site of = of(small());
    DomainList local = new DomainList(DomainList.LOCAL, Set.of("wikimedia.org"), List.of(), false);
    Map<String, DomainList> lists = Map.of(DomainList.LOCAL, local);
    return site(folder, of, lists, of.listeners(), rules, of.login());
  }

  private static Site site(
      Path folder,
      Site of,
      Map<String, DomainList> domainLists,
      Map<String, Site.Listener> listeners,
      Submission submission,
      LoginRules login) {
    return new Site(
        folder,
        of.primaryHostname(),
        of.hostLists(),
        domainLists,
        listeners,
        of.pools(),
        of.routing(),
        of.pipes(),
        of.dns(),
        of.sessions(),
        of.delivery(),
        of.schedule(),
        of.clients(),
        of.scanners(),
        of.mailboxes(),
        of.quarantine(),
        submission,
        login,
        of.accounts());
  }

  /** Listeners that speak TLS with what is in the folder, each called after how it does. */
  static Site speakingTls(SessionLimits limits, Path folder) {
    Site clear = of(limits);
    Map<String, Site.Listener> listeners = new LinkedHashMap<>();
    for (Use use : Use.values()) {
      String name = use.name().toLowerCase(Locale.ROOT);
      listeners.put(name, secured(name, use, folder, FrontEnds.NONE));
      FrontEnds balanced = new FrontEnds(Optional.of(host(BALANCER)), host(FILTER));
      listeners.put("proxied-" + name, secured("proxied-" + name, use, folder, balanced));
    }
    listeners.put("never", listener("never", Optional.empty()));
    FrontEnds filter = new FrontEnds(Optional.empty(), host(FILTER));
    listeners.put("submission", secured("submission", Use.REQUIRED, folder, filter, Auth.REQUIRED));
    listeners.put(
        "submissions", secured("submissions", Use.IMPLICIT, folder, filter, Auth.REQUIRED));
    listeners.put("either", secured("either", Use.OFFERED, folder, filter, Auth.OFFERED));
    LoginRules login =
        new LoginRules(
            LoginRules.DEFAULT.through(),
            Duration.ofSeconds(5),
            Optional.of("example.org"),
            PATIENCE);
    return site(folder, clear, clear.domainLists(), listeners, clear.submission(), login);
  }

  private static Site.Listener secured(String name, Use use, Path folder, FrontEnds frontEnds) {
    return secured(name, use, folder, frontEnds, Auth.NEVER);
  }

  private static Site.Listener secured(
      String name, Use use, Path folder, FrontEnds frontEnds, Auth auth) {
    ListenerTls tls =
        new ListenerTls(use, folder.resolve("tls/certificate.pem"), folder.resolve("tls/key.pem"));
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    return new Site.Listener(
        name,
        address,
        Optional.empty(),
        APP_SERVERS,
        frontEnds,
        Optional.of(tls),
        auth,
        "for tests");
  }

  private static Site.Listener listener(String name, Optional<HostList> onlyFrom) {
    return listener(name, onlyFrom, new FrontEnds(Optional.empty(), host(FILTER)));
  }

  private static Site.Listener behindABalancer() {
    return listener(
        "proxied", Optional.empty(), new FrontEnds(Optional.of(host(BALANCER)), host(FILTER)));
  }

  private static Site.Listener listener(
      String name, Optional<HostList> onlyFrom, FrontEnds frontEnds) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    return new Site.Listener(
        name, address, onlyFrom, APP_SERVERS, frontEnds, Optional.empty(), Auth.NEVER, "for tests");
  }

  private static HostList host(InetAddress only) {
    return new HostList("front-end", List.of(new HostList.Network(only, 32)));
  }
}
