package postbus.site;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import postbus.site.Section.Text;

/** Reads the sections {@code sites} and {@code tls-rules}: what holds for single destinations. */
final class SiteRules {
  /** Kafka takes topic names of 249 characters, in which {@code _} and {@code .} are alike. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,100}");

  /** Other lanes of a pool. */
  private static final Predicate<String> LANE =
      Pattern.compile("shared|slot-[0-9]+").asMatchPredicate();

  private static final String NAME_EXPECTED =
      "a domain of at most 100 letters, digits, hyphens and dots";
  private static final String EXCHANGERS_EXPECTED = "a domain or an IP address, or a list of them";

  private final Map<String, SiteRule> rules = new LinkedHashMap<>();

  private SiteRules() {}

  /** The rules by their names. No exchanger belongs to two of them. */
  static Map<String, SiteRule> sites(Section section) {
    SiteRules all = new SiteRules();
    for (String key : section.names(NAME_EXPECTED, SiteRules::name)) {
      String name = key.toLowerCase(Locale.ROOT);
      if (LANE.test(name)) {
        section.wrong(key, "has the name of a lane, expected a domain");
      }
      if (all.rules.put(name, all.rule(section.section(key), name)) != null) {
        section.wrong(key, "is there twice, expected it once");
      }
    }
    return all.rules;
  }

  /** The rules by domain. */
  static Map<String, TlsRule> tls(Section section) {
    Map<String, TlsRule> rules = new LinkedHashMap<>();
    for (String domain : section.names("a domain", Notation::domain)) {
      section
          .value(
              domain,
              "never, opportunistic, required or verified",
              "tls of the pool",
              SiteRules::tlsRule)
          .ifPresent(rule -> rules.put(domain.toLowerCase(Locale.ROOT), rule));
    }
    return rules;
  }

  private SiteRule rule(Section in, String name) {
    return new SiteRule(
        name,
        exchangers(in, name),
        in.value("own-lane", "yes or no", "no", Notation::yes).orElse(false),
        in.count("connections-max", "delivery.connections-per-site-max", 1, 1000),
        in.count("mails-per-connection-max", "delivery.mails-per-connection-max", 1, 100_000),
        in.count("mails-per-minute-max", "no limit", 1, 1_000_000));
  }

  private List<String> exchangers(Section in, String name) {
    List<String> exchangers = new ArrayList<>();
    for (Text text : in.texts("exchangers", EXCHANGERS_EXPECTED, "NAME")) {
      exchanger(text.value())
          .ifPresentOrElse(
              exchangers::add,
              () ->
                  in.wrong(
                      "exchangers",
                      "is \"" + text.value() + "\", expected " + EXCHANGERS_EXPECTED));
    }
    if (!in.has("exchangers")) {
      exchangers.add(name);
    } else if (exchangers.isEmpty()) {
      in.wrong("exchangers", "is empty, expected " + EXCHANGERS_EXPECTED + ", or no such line");
    }
    exchangers.forEach(exchanger -> mustBeNobodyElses(in, exchanger));
    return exchangers;
  }

  private void mustBeNobodyElses(Section in, String exchanger) {
    for (SiteRule other : rules.values()) {
      if (other.has(exchanger) || other.exchangers().stream().anyMatch(o -> isIn(o, exchanger))) {
        in.wrong(
            "exchangers",
            "has " + exchanger + ", as sites." + other.name() + " has, expected it in one site");
      }
    }
  }

  private static boolean isIn(String host, String domain) {
    return host.endsWith("." + domain);
  }

  private static Optional<String> name(String text) {
    return Notation.domain(text).filter(name -> NAME.matcher(name).matches());
  }

  /** As next hops name it. */
  private static Optional<String> exchanger(String text) {
    return Notation.ip(text).map(InetAddress::getHostAddress).or(() -> Notation.domain(text));
  }

  private static Optional<TlsRule> tlsRule(String text) {
    return switch (text) {
      case "never" -> Optional.of(TlsRule.NEVER);
      case "opportunistic" -> Optional.of(TlsRule.OPPORTUNISTIC);
      case "required" -> Optional.of(TlsRule.REQUIRED);
      case "verified" -> Optional.of(TlsRule.VERIFIED);
      default -> Optional.empty();
    };
  }
}
