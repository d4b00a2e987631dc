package postbus.site;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a deferred mail is tried again; section {@code retry} of the site.
 *
 * @param delays after the first, second, … attempt; the last one counts for all that follow. Each
 *     is a retry topic
 * @param lifetime from the mail's arrival until it is bounced
 * @param delayNotice from the mail's arrival until its sender is told that it is late; empty: never
 */
public record Schedule(List<Duration> delays, Duration lifetime, Optional<Duration> delayNotice) {

  /** A schedule by which nobody is told of delays. */
  public Schedule(List<Duration> delays, Duration lifetime) {
    this(delays, lifetime, Optional.empty());
  }

  private static final Duration STORE_WAIT_MAX = Duration.ofMinutes(1);

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
          Duration.ofDays(5),
          Optional.of(Duration.ofHours(4)));

  public Schedule {
    if (delays.isEmpty()) {
      throw new IllegalArgumentException("a schedule has at least one delay");
    }
    delays = List.copyOf(delays);
  }

  /** How long a mail steps aside whose content cannot be read now. */
  public Duration storeWait() {
    Duration first = delays.getFirst();
    return first.compareTo(STORE_WAIT_MAX) < 0 ? first : STORE_WAIT_MAX;
  }

  /** How long to wait after so many attempts, 1 or more. */
  public Duration after(int attempts) {
    return delays.get(Math.min(Math.max(attempts, 1), delays.size()) - 1);
  }
}
