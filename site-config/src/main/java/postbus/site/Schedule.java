package postbus.site;

import java.time.Duration;
import java.util.List;

/**
 * When a deferred mail is tried again; section {@code retry} of the site.
 *
 * @param delays after the first, second, … attempt; the last one counts for all that follow. Each
 *     is a retry topic
 * @param lifetime from the mail's arrival until it is bounced
 */
public record Schedule(List<Duration> delays, Duration lifetime) {

  /** What holds where the site says nothing. */
  public static final Schedule DEFAULT =
      new Schedule(
          List.of(
              Duration.ofMinutes(1),
              Duration.ofMinutes(5),
              Duration.ofMinutes(15),
              Duration.ofMinutes(30),
              Duration.ofHours(1),
              Duration.ofHours(2),
              Duration.ofHours(4)),
          Duration.ofDays(5));

  public Schedule {
    if (delays.isEmpty()) {
      throw new IllegalArgumentException("a schedule has at least one delay");
    }
    delays = List.copyOf(delays);
  }

  /** How long to wait after so many attempts, 1 or more. */
  public Duration after(int attempts) {
    return delays.get(Math.min(Math.max(attempts, 1), delays.size()) - 1);
  }
}
