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
import java.util.Optional;
import java.util.Set;
import postbus.site.Section.Text;

/**
 * Reads the sections {@code sessions}, {@code delivery}, {@code callout}, {@code dns} and {@code
 * retry}: one line here for each setting, with its default and its range. The least values are
 * those of RFC 5321, section 4.5.3.1.
 */
final class Limits {
  private static final Duration WAIT_LEAST = ofMillis(100);
  private static final Duration WAIT_MOST = ofHours(1);

  /** Each delay is a retry topic. */
  private static final int DELAYS_MAX = 16;

  private static final String DELAYS_EXPECTED = "1 to 16 growing durations of whole seconds, to 1d";

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
        wait(in, "command-wait", otherwise.commandWait()),
        wait(in, "data-wait", otherwise.dataWait()),
        in.time("session-max", otherwise.sessionMax(), ofSeconds(1), ofDays(1)),
        wait(in, "recipient-wait", otherwise.recipientWait()),
        wait(in, "verdict-wait", otherwise.verdictWait()),
        wait(in, "log-wait", otherwise.logWait()),
        in.count("hops-max", otherwise.hopsMax(), 10, 1000));
  }

  static DeliveryLimits delivery(Section in) {
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
        in.count("local-workers-max", otherwise.localWorkersMax(), 1, 1000));
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

  static Schedule retry(Section in) {
    Schedule otherwise = Schedule.DEFAULT;
    List<Duration> delays = delays(in, otherwise.delays());
    return new Schedule(
        delays, in.time("lifetime", otherwise.lifetime(), ofMinutes(1), ofDays(30)));
  }

  private static List<Duration> delays(Section in, List<Duration> otherwise) {
    String printed = String.join(", ", otherwise.stream().map(Notation::print).toList());
    List<Text> texts = in.texts("delays", DELAYS_EXPECTED, printed);
    List<Duration> delays =
        texts.stream()
            .map(text -> Notation.duration(text.value()))
            .flatMap(Optional::stream)
            .filter(Limits::isDelay)
            .toList();
    boolean good =
        !delays.isEmpty()
            && delays.size() == texts.size()
            && delays.size() <= DELAYS_MAX
            && delays.stream().sorted().distinct().toList().equals(delays);
    if (in.has("delays") && !good) {
      String found = String.join(", ", texts.stream().map(Text::value).toList());
      in.wrong("delays", "is \"" + found + "\", expected " + DELAYS_EXPECTED);
    }
    return good ? delays : otherwise;
  }

  /** Each names a topic, in whole seconds. */
  private static boolean isDelay(Duration delay) {
    return delay.isPositive() && delay.getNano() == 0 && delay.compareTo(ofDays(1)) <= 0;
  }

  private static Duration wait(Section in, String key, Duration otherwise) {
    return in.time(key, otherwise, WAIT_LEAST, WAIT_MOST);
  }
}
