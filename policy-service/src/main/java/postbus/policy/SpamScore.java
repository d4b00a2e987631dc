package postbus.policy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Collectors;

/**
 * What a spam scanner says of a mail, in the forms that Exim gives it: the seed's filters read
 * them.
 *
 * @param tenths the score, in tenths of a point
 * @param report why, in several lines
 */
record SpamScore(int tenths, String report) {
  /** Signs of a bar; Exim's MAX_SPAM_BAR_CHARS. */
  private static final int BAR_MAX = 50;

  /** Characters of a report that go into a field, and of one of its lines. */
  static final int REPORT_MAX = 8 << 10;

  private static final int LINE_MAX = 500;

  /** Points, up or down; more is nonsense that must not turn into its opposite. */
  private static final BigDecimal POINTS_MAX = BigDecimal.valueOf(10_000);

  static SpamScore of(BigDecimal score, String report) {
    BigDecimal bounded = score.min(POINTS_MAX).max(POINTS_MAX.negate());
    BigDecimal tenths = bounded.movePointRight(1).setScale(2, RoundingMode.HALF_UP);
    return new SpamScore(tenths.intValue(), report);
  }

  /** Exim's {@code $spam_score}. */
  String points() {
    return BigDecimal.valueOf(tenths, 1).toPlainString();
  }

  /** Exim's {@code $spam_bar}: a sign for each point, a slash if there is none. */
  String bar() {
    int signs = Math.min(BAR_MAX, Math.abs(tenths) / 10);
    return signs == 0 ? "/" : (tenths > 0 ? "+" : "-").repeat(signs);
  }

  /**
   * Exim's {@code $spam_report}: its lines folded into the body of a field. What is no printable
   * ASCII is a question mark, so that the report never keeps a mail from a server of seven bits.
   */
  String folded() {
    String folded =
        report
            .lines()
            .map(line -> line.replaceAll("[^\\x20-\\x7E]", "?").stripTrailing())
            .filter(line -> !line.isEmpty())
            .map(line -> line.substring(0, Math.min(line.length(), LINE_MAX)))
            .collect(Collectors.joining("\r\n "));
    int end =
        folded.length() <= REPORT_MAX ? folded.length() : folded.lastIndexOf("\r\n", REPORT_MAX);
    return folded.substring(0, Math.max(0, end));
  }
}
