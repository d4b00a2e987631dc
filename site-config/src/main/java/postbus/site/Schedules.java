package postbus.site;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import postbus.site.Section.Text;

/** Reads the section {@code retry}, and that of a pool, which says where the pool differs. */
final class Schedules {
  /** Each delay is a retry topic. */
  private static final int DELAYS_MAX = 16;

  private static final String DELAYS_EXPECTED = "1 to 16 growing durations of whole seconds, to 1d";
  private static final Duration LIFETIME_LEAST = ofMinutes(1);
  private static final Duration LIFETIME_MOST = ofDays(30);
  private static final String NEVER = "never";
  private static final String NOTICE_EXPECTED = "a duration from 1m to 30d, or never";

  private Schedules() {}

  /** The site's. */
  static Schedule read(Section in) {
    Schedule otherwise = Schedule.DEFAULT;
    return new Schedule(
        delays(in, print(otherwise.delays())).orElse(otherwise.delays()),
        in.time("lifetime", otherwise.lifetime(), LIFETIME_LEAST, LIFETIME_MOST),
        delayNotice(
            in,
            otherwise.delayNotice().map(Notation::print).orElse(NEVER),
            otherwise.delayNotice()));
  }

  /**
   * A pool's own; empty if it has none.
   *
   * @param site what holds where the pool says nothing
   */
  static Optional<Schedule> ofPool(Section pool, Schedule site) {
    Section in = pool.section("retry");
    Schedule own =
        new Schedule(
            delays(in, "retry.delays").orElse(site.delays()),
            in.time("lifetime", "retry.lifetime", LIFETIME_LEAST, LIFETIME_MOST)
                .orElse(site.lifetime()),
            delayNotice(in, "retry.delay-notice", site.delayNotice()));
    return pool.has("retry") ? Optional.of(own) : Optional.empty();
  }

  /** Empty if they are not there, or wrong. */
  private static Optional<List<Duration>> delays(Section in, String otherwise) {
    List<Text> texts = in.texts("delays", DELAYS_EXPECTED, otherwise);
    List<Duration> delays =
        texts.stream()
            .map(text -> Notation.duration(text.value()))
            .flatMap(Optional::stream)
            .filter(Schedules::isDelay)
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
    return good ? Optional.of(delays) : Optional.empty();
  }

  /** Each names a topic, in whole seconds. */
  private static boolean isDelay(Duration delay) {
    return delay.isPositive() && delay.getNano() == 0 && delay.compareTo(ofDays(1)) <= 0;
  }

  /** Empty: never. */
  private static Optional<Duration> delayNotice(
      Section in, String printed, Optional<Duration> otherwise) {
    Optional<Duration> said = in.value("delay-notice", NOTICE_EXPECTED, printed, Schedules::notice);
    return said.isEmpty() ? otherwise : said.filter(Duration::isPositive);
  }

  /** Zero: never. */
  private static Optional<Duration> notice(String text) {
    return text.equals(NEVER)
        ? Optional.of(Duration.ZERO)
        : Notation.duration(text)
            .filter(t -> t.compareTo(LIFETIME_LEAST) >= 0 && t.compareTo(LIFETIME_MOST) <= 0);
  }

  private static String print(List<Duration> delays) {
    return String.join(", ", delays.stream().map(Notation::print).toList());
  }
}
