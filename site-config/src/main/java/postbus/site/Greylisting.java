package postbus.site;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a client that is not known is asked to come again (RFC 6647); section {@code
 * greylisting}.
 *
 * @param active whether that is done at all
 * @param delay before which it is too early
 * @param retryWindow after which it counts as if it came for the first time
 * @param lifetime for which a client that came again is remembered, since its last mail
 * @param allowAfter times that a network came again, after which it is not asked any more; 0: it
 *     always is
 * @param entriesMax triplets that are remembered; more, and the oldest are forgotten
 * @param exceptions clients that are not asked to; empty: none
 */
public record Greylisting(
    boolean active,
    Duration delay,
    Duration retryWindow,
    Duration lifetime,
    int allowAfter,
    int entriesMax,
    Optional<HostList> exceptions) {

  /** Beyond which nothing is remembered, as the topic forgets it. */
  public static final Duration LIFETIME_MAX = ofDays(60);

  /** What holds where the site says nothing. */
  public static final Greylisting DEFAULT =
      new Greylisting(false, ofMinutes(5), ofDays(2), ofDays(36), 5, 200_000, Optional.empty());

  static Greylisting read(Section in, Map<String, HostList> hostLists) {
    return new Greylisting(
        in.value("active", "yes or no", "no", Notation::yes).orElse(DEFAULT.active),
        in.time("delay", DEFAULT.delay, ofSeconds(1), ofHours(1)),
        in.time("retry-window", DEFAULT.retryWindow, ofHours(2), ofDays(7)),
        in.time("lifetime", DEFAULT.lifetime, ofDays(1), LIFETIME_MAX),
        in.count("allow-after", DEFAULT.allowAfter, 0, 1000),
        in.count("entries-max", DEFAULT.entriesMax, 1000, 2_000_000),
        in.reference("exceptions", "host lists", "nobody", hostLists.keySet()).map(hostLists::get));
  }
}
