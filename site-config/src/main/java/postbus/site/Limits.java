package postbus.site;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import postbus.site.Section.Text;

/**
 * Reads the sections {@code sessions}, {@code delivery}, {@code callout} and {@code dns}: one line
 * here for each setting, with its default and its range. The least values are those of RFC 5321,
 * section 4.5.3.1.
 */
final class Limits {
  private static final Duration WAIT_LEAST = ofMillis(100);
  private static final Duration WAIT_MOST = ofHours(1);

  private Limits() {}

  static SessionLimits sessions(Section in) {
    SessionLimits otherwise = SessionLimits.DEFAULT;
    return new SessionLimits(
        in.octets("size-max", otherwise.sizeMax(), 64 << 10, 1L << 30),
        (int) in.octets("inline-max", otherwise.inlineMax(), 1 << 10, 768 << 10),
        in.count("recipients-max", otherwise.recipientsMax(), 100, 10_000),
        (int) in.octets("command-line-max", otherwise.commandLineMax(), 512, 64 << 10),
        (int) in.octets("text-line-max", otherwise.textLineMax(), 1000, 64 << 10),
        in.count("errors-max", otherwise.errorsMax(), 1, 1000),
        in.count("connections-max", otherwise.connectionsMax(), 1, 100_000),
        in.count("connections-per-client-max", otherwise.connectionsPerClientMax(), 1, 100_000),
        in.time("greeting-pause", otherwise.greetingPause(), Duration.ZERO, ofSeconds(30)),
        wait(in, "command-wait", otherwise.commandWait()),
        wait(in, "data-wait", otherwise.dataWait()),
        in.time("session-max", otherwise.sessionMax(), ofSeconds(1), ofDays(1)),
        wait(in, "recipient-wait", otherwise.recipientWait()),
        wait(in, "verdict-wait", otherwise.verdictWait()),
        wait(in, "log-wait", otherwise.logWait()),
        in.count("hops-max", otherwise.hopsMax(), 10, 1000),
        in.octets("disk-free-min", otherwise.diskFreeMin(), 0, 1L << 40),
        manners(in, otherwise.manners()));
  }

  private static Manners manners(Section in, Manners otherwise) {
    return new Manners(
        (int) in.octets("header-max", otherwise.headerMax(), 16 << 10, 16 << 20),
        in.count("failed-recipients-min", otherwise.failedRecipientsMin(), 1, 10_000),
        in.count("failed-recipients-ratio", otherwise.failedRecipientsRatio(), 1, 1000),
        in.octets("data-rate-min", otherwise.dataRateMin(), 0, 1 << 20),
        in.time("data-rate-window", otherwise.dataRateWindow(), ofSeconds(1), ofHours(1)));
  }

  /**
   * @param sites what the section {@code sites} holds
   * @param tlsRules what the section {@code tls-rules} holds
   */
  static DeliveryLimits delivery(
      Section in, Map<String, SiteRule> sites, Map<String, TlsRule> tlsRules) {
    DeliveryLimits otherwise = DeliveryLimits.DEFAULT;
    return new DeliveryLimits(
        in.count("connections-per-site-max", otherwise.connectionsPerSiteMax(), 1, 1000),
        in.count("recipients-per-mail-max", otherwise.recipientsPerMailMax(), 1, 1000),
        in.count("mails-per-connection-max", otherwise.mailsPerConnectionMax(), 1, 100_000),
        wait(in, "idle-wait", otherwise.idleWait()),
        wait(in, "connect-wait", otherwise.connectWait()),
        wait(in, "greeting-wait", otherwise.greetingWait()),
        wait(in, "command-wait", otherwise.commandWait()),
        wait(in, "data-wait", otherwise.dataWait()),
        wait(in, "block-wait", otherwise.blockWait()),
        wait(in, "final-dot-wait", otherwise.finalDotWait()),
        in.count("local-workers-max", otherwise.localWorkersMax(), 1, 1000),
        in.count("window-mails", otherwise.windowMails(), 100, 20_000),
        in.octets("window-octets", otherwise.windowOctets(), 1 << 20, 1 << 30),
        in.count("connections-at-first", otherwise.connectionsAtFirst(), 1, 1000),
        wait(in, "busy-wait", otherwise.busyWait()),
        lending(in),
        sites,
        tlsRules);
  }

  private static Lending lending(Section in) {
    Lending otherwise = Lending.DEFAULT;
    return new Lending(
        in.count("slots", otherwise.slots(), 0, 64),
        in.count("lend-above", otherwise.mailsPerMinute(), 1, 1_000_000),
        in.time("lend-after", otherwise.after(), ofSeconds(1), ofHours(1)),
        in.time("lend-idle", otherwise.idle(), ofSeconds(1), ofDays(1)));
  }

  static RoutingRules.Callout callout(Section in, Set<String> domainLists) {
    RoutingRules.Callout otherwise = RoutingRules.Callout.DEFAULT;
    return new RoutingRules.Callout(
        in.reference("domains", "domain lists", otherwise.domains(), domainLists)
            .orElse(otherwise.domains()),
        in.time("wait", otherwise.answerWait(), WAIT_LEAST, ofMinutes(1)),
        in.time("keep", otherwise.keep(), Duration.ZERO, ofDays(1)),
        in.time("keep-negative", otherwise.keepNegative(), Duration.ZERO, ofHours(2)));
  }

  static DnsLimits dns(Section in, Map<String, HostList> hostLists) {
    DnsLimits otherwise = DnsLimits.DEFAULT;
    String expected = "an IP address and a port such as 127.0.0.1:53; or a list of them";
    List<InetSocketAddress> servers = new ArrayList<>();
    for (Text text : in.texts("servers", expected, "those of the system")) {
      Notation.address(text.value())
          .ifPresentOrElse(
              servers::add,
              () -> in.wrong("servers", "is \"" + text.value() + "\", expected " + expected));
    }
    return new DnsLimits(
        servers,
        in.time("wait", otherwise.answerWait(), WAIT_LEAST, ofMinutes(1)),
        in.time("negative-max", otherwise.negativeMax(), Duration.ZERO, ofDays(1)),
        hostLists.getOrDefault(DnsLimits.IGNORED_TARGETS, otherwise.ignoredTargets()));
  }

  private static Duration wait(Section in, String key, Duration otherwise) {
    return in.time(key, otherwise, WAIT_LEAST, WAIT_MOST);
  }
}
