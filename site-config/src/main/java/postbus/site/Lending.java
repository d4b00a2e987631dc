package postbus.site;

import java.time.Duration;

/**
 * When a site gets a lane of its own for a while; keys of the section {@code delivery}.
 *
 * @param slots lanes that each pool has to lend
 * @param mailsPerMinute of one site, beyond which it is lent one
 * @param after for which its traffic must be beyond that
 * @param idle without a mail, after which the lane is given back
 */
public record Lending(int slots, int mailsPerMinute, Duration after, Duration idle) {
  /** What holds where the site says nothing. */
  public static final Lending DEFAULT =
      new Lending(8, 600, Duration.ofMinutes(1), Duration.ofMinutes(10));
}
