package postbus.delivery;

import java.time.Duration;

/**
 * How fast a site takes mails while it has any to take: by what it took of late, older times
 * counting less and less; where it has been silent, by how long it has been keeping those it has.
 * Pure; the times are milliseconds since 1970.
 *
 * <p>It judges no site that has not had mails for {@link #EVIDENCE}: first connections take their
 * time, and so does a machine that has just begun.
 */
final class Pace {
  /** What is older than this counts for little. */
  static final Duration MEMORY = Duration.ofSeconds(5);

  /** Of that time, how much must have been spent on mails. */
  static final Duration EVIDENCE = Duration.ofSeconds(3);

  /** Without an answer for so long, what was before says nothing. */
  static final Duration SILENCE = Duration.ofSeconds(5);

  /** So slow that more of it says nothing: a site that does not answer at all. */
  static final Duration SLOWEST = Duration.ofMinutes(1);

  private long at;
  private double busyMillis;
  private double ended;
  private int inProgress;
  private long lastSign;

  /** It has one more mail now. */
  void began(long now) {
    pass(now);
    if (inProgress++ == 0) {
      lastSign = now;
    }
  }

  /** It has one less, and nothing is known of how fast it would have been. */
  void givenBack(long now) {
    pass(now);
    inProgress--;
  }

  /** It has answered. */
  void ended(long now) {
    pass(now);
    inProgress--;
    ended++;
    lastSign = now;
  }

  /** Milliseconds for each mail, as far as can be seen; 0 while it cannot. */
  double interval(long now) {
    pass(now);
    if (busyMillis < EVIDENCE.toMillis()) {
      return 0;
    }
    double interval = isSilent(now) ? (double) silence(now) / inProgress : busyMillis / ended;
    return Math.min(interval, SLOWEST.toMillis());
  }

  /** Whether it has mails and has answered none for a while. */
  boolean isSilent(long now) {
    pass(now);
    return inProgress > 0 && (ended < 1 || silence(now) > SILENCE.toMillis());
  }

  /** For how many milliseconds it has had mails and not answered. */
  long silence(long now) {
    return inProgress > 0 ? Math.max(0, now - lastSign) : 0;
  }

  private void pass(long now) {
    double kept = Math.exp((double) -Math.max(0, now - at) / MEMORY.toMillis());
    busyMillis = busyMillis * kept + (inProgress > 0 ? MEMORY.toMillis() * (1 - kept) : 0);
    ended *= kept;
    at = Math.max(at, now);
  }
}
