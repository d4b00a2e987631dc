package postbus.site;

import static java.time.Duration.ofDays;

import java.time.Duration;

/**
 * What becomes of mail that policy held back; section {@code quarantine}.
 *
 * @param keep how long it waits for an operator; then it is dropped
 */
public record Quarantine(Duration keep) {

  /** As long as the contents of what waits are kept, too (LetterLeases). */
  public static final Duration KEEP_MAX = ofDays(60);

  /** What holds where the site says nothing. */
  public static final Quarantine DEFAULT = new Quarantine(ofDays(30));

  static Quarantine read(Section in) {
    return new Quarantine(in.time("keep", DEFAULT.keep, ofDays(1), KEEP_MAX));
  }
}
