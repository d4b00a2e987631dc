package postbus.site;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;
import postbus.site.Scanners.Virus;
import postbus.site.Section.Text;

/** Reads the sections {@code spam} and {@code virus}. */
final class ScannerRules {
  /** The seed's list of the domains whose mail is scanned. */
  private static final String DOMAINS = "spamassassin-domains";

  private static final String SERVERS = Place.FORM + "; or a list of them";
  private static final String SCORE = "a score from 0.0 to 1000.0 such as 12.0";
  private static final Pattern SCORE_FORM = Pattern.compile("\\d{1,4}(\\.\\d)?");

  private ScannerRules() {}

  static Scanners read(Section root, Map<String, DomainList> domainLists) {
    return new Scanners(spam(root, domainLists), virus(root));
  }

  private static Optional<Spam> spam(Section root, Map<String, DomainList> domainLists) {
    Section in = root.section("spam");
    SpamProgram program =
        in.value("scanner", "spamd or rspamd", "spamd", ScannerRules::program)
            .orElse(SpamProgram.SPAMD);
    Asking asking = asking(root, in, "spam", ofSeconds(6), 40 << 10, 5);
    Optional<DomainList> domains =
        in.reference(
                "domains",
                "domain lists",
                DOMAINS + " if there is such a list, else all",
                domainLists.keySet())
            .or(() -> Optional.of(DOMAINS))
            .map(domainLists::get);
    int markAbove = score(in, "mark-above", "1.0");
    int refuseAbove = score(in, "refuse-above", "12.0");
    if (refuseAbove < markAbove) {
      in.wrong("refuse-above", "is below spam.mark-above, expected a score that is not");
    }
    if (domains.filter(DomainList::mxPrimary).isPresent()) {
      in.wrong("domains", "holds \"@mx_primary\", expected a list of names and files");
    }
    if (program == SpamProgram.RSPAMD
        && asking.servers().stream().anyMatch(Place.Socket.class::isInstance)) {
      in.wrong("servers", "is a UNIX socket, expected host:port for rspamd");
    }
    return root.has("spam")
        ? Optional.of(new Spam(program, asking, domains, markAbove, refuseAbove))
        : Optional.empty();
  }

  private static Optional<Virus> virus(Section root) {
    Section in = root.section("virus");
    Asking asking = asking(root, in, "virus", ofSeconds(6), 24 << 20, 10);
    boolean defers =
        in.value("when-away", "accept or defer", "accept", ScannerRules::defers).orElse(false);
    return root.has("virus") ? Optional.of(new Virus(asking, defers)) : Optional.empty();
  }

  private static Asking asking(
      Section root, Section in, String name, Duration wait, long sizeMax, int atOnceMax) {
    List<Place> servers = new ArrayList<>();
    String otherwise = root.has(name) ? Setting.REQUIRED : Setting.NONE;
    for (Text text : in.texts("servers", SERVERS, otherwise)) {
      Place.parse(text.value())
          .ifPresentOrElse(
              servers::add,
              () -> in.wrong("servers", "is \"" + text.value() + "\", expected " + SERVERS));
    }
    return new Asking(
        servers,
        in.time("wait", wait, ofMillis(100), ofMinutes(10)),
        in.octets("size-max", sizeMax, 1 << 10, 1L << 30),
        in.count("at-once-max", atOnceMax, 1, 1000));
  }

  /** In tenths, as the programs themselves count. */
  private static int score(Section in, String key, String otherwise) {
    return in.value(key, SCORE, otherwise, ScannerRules::tenths)
        .orElseGet(() -> tenths(otherwise).orElseThrow());
  }

  private static Optional<Integer> tenths(String text) {
    return SCORE_FORM.matcher(text).matches()
        ? Optional.of(new BigDecimal(text).movePointRight(1).intValueExact())
            .filter(tenths -> tenths <= 10_000)
        : Optional.empty();
  }

  private static Optional<SpamProgram> program(String text) {
    return switch (text) {
      case "spamd" -> Optional.of(SpamProgram.SPAMD);
      case "rspamd" -> Optional.of(SpamProgram.RSPAMD);
      default -> Optional.empty();
    };
  }

  private static Optional<Boolean> defers(String text) {
    return switch (text) {
      case "accept" -> Optional.of(false);
      case "defer" -> Optional.of(true);
      default -> Optional.empty();
    };
  }
}
