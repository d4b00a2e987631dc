package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import postbus.mail.SiteState;
import postbus.smtp.Pressure;

/**
 * What a site bears, learned from how it answers: how many connections, how many mails a minute,
 * whether it is closed, and how long a mail would have to wait for it. Pure: it is told what
 * happens and when, in milliseconds since 1970; the caller sees to it that one thread at a time
 * does so.
 *
 * <p>Connections: as many as it has borne, and one more for each round of good replies while all
 * are busy; half of them after it asked for less (421, 4.7.x, a connection refused while others are
 * open). If none can be made at all, or it asks for less than one again and again, it is closed:
 * for {@link #CLOSED_FIRST}, then twice as long each time, up to {@link #CLOSED_MOST}; then a
 * single connection finds out.
 */
final class SiteGauge {
  static final Duration CLOSED_FIRST = Duration.ofSeconds(30);
  static final Duration CLOSED_MOST = Duration.ofMinutes(30);

  /** Sessions that end together are one sign, not many. */
  static final Duration SIGN_EVERY = Duration.ofSeconds(1);

  /** A mail that steps aside is away for no less: it is written twice for that. */
  static final Duration ASIDE_LEAST = Duration.ofSeconds(10);

  /** So many in a row, and it is closed if it bears one connection only. */
  static final int SIGNS_MAX = 3;

  /** Between mails that come back, while nobody knows how fast the site is. */
  static final double INTERVAL_UNKNOWN_MILLIS = 50;

  private static final double JITTER = 0.2;

  private final int connectionsMax;
  private final int connectionsAtFirst;
  private final double sendIntervalMillis;
  private final RandomGenerator random;
  private final Pace pace = new Pace();
  private double connections;
  private int failures;
  private long closedUntil;
  private long signedAt;
  private int signs;
  private long nextSend;
  private long bookedUntil;
  private String lastReply = "";

  /**
   * @param connectionsMax this partition's share, 1 or more
   * @param connectionsAtFirst while nothing is known
   * @param mailsPerMinuteMax this partition's share; 0: no limit
   */
  SiteGauge(
      int connectionsMax,
      int connectionsAtFirst,
      double mailsPerMinuteMax,
      RandomGenerator random) {
    this.connectionsMax = connectionsMax;
    this.connectionsAtFirst = Math.min(connectionsMax, connectionsAtFirst);
    this.connections = this.connectionsAtFirst;
    this.sendIntervalMillis = mailsPerMinuteMax == 0 ? 0 : 60_000 / mailsPerMinuteMax;
    this.random = random;
  }

  /** Goes on from what a former owner knew. */
  void restore(SiteState known) {
    connections = Math.clamp(known.connections(), 1, connectionsMax);
    failures = known.failures();
    closedUntil = known.closedUntil().map(Instant::toEpochMilli).orElse(0L);
    bookedUntil = known.bookedUntil().map(Instant::toEpochMilli).orElse(0L);
    nextSend = known.nextSend().map(Instant::toEpochMilli).orElse(0L);
    lastReply = known.lastReply();
  }

  double connections() {
    return connections;
  }

  int failures() {
    return failures;
  }

  String lastReply() {
    return lastReply;
  }

  /** Until when it is closed; empty if it is open. */
  Optional<Instant> closedUntil(long now) {
    return now < closedUntil ? Optional.of(Instant.ofEpochMilli(closedUntil)) : Optional.empty();
  }

  /** Until when mails that stepped aside have its time; empty if there are none. */
  Optional<Instant> bookedUntil(long now) {
    return now < bookedUntil ? Optional.of(Instant.ofEpochMilli(bookedUntil)) : Optional.empty();
  }

  /** Whether there is more to know of it than what it bears; not for ever after a failure. */
  boolean isTroubled(long now) {
    boolean hasFailed = failures > 0 && now < closedUntil + SiteMemory.KEPT.toMillis();
    return hasFailed || isWaitedFor(now);
  }

  /** Whether mails wait elsewhere for it to open, or for their turn. */
  boolean isWaitedFor(long now) {
    return now < Math.max(closedUntil, Math.max(bookedUntil, nextSend));
  }

  /**
   * Whether somebody who begins to send to it would do worse without knowing of it: not if it bears
   * what any site does, nor if its trouble is long ago.
   */
  boolean isWorthKnowing(long now) {
    return isTroubled(now) || failures == 0 && connections < connectionsAtFirst;
  }

  boolean isClosed(long now) {
    return now < closedUntil;
  }

  /** How many sessions it may have now. */
  int sessionsMax(long now) {
    return isClosed(now) ? 0 : failures > 0 ? 1 : (int) connections;
  }

  /** Before when its rate lets no mail go; empty if one may go now. */
  Optional<Instant> nextSend(long now) {
    return now < nextSend ? Optional.of(Instant.ofEpochMilli(nextSend)) : Optional.empty();
  }

  /** When the next mail may go to it, by its rate. */
  long nextSend() {
    return nextSend;
  }

  /** A session has a mail for it now. */
  void began(long now) {
    pace.began(now);
    nextSend = (long) (Math.max(nextSend, now) + sendIntervalMillis);
  }

  /**
   * A mail has an end.
   *
   * @param pressure what its outcome asks of the site's sessions
   * @param isBusy whether more mails wait than there are sessions
   */
  void ended(long now, Pressure pressure, boolean isBusy, @Nullable String reply) {
    pace.ended(now);
    lastReply = reply == null ? lastReply : reply;
    if (pressure != Pressure.NONE) {
      easeOff(now, pressure);
      return;
    }
    failures = 0;
    signs = 0;
    if (isBusy) {
      connections = Math.min(connectionsMax, connections + 1 / connections);
    }
  }

  /** A mail that had begun has an end that was not the site's doing. */
  void givenBack(long now) {
    pace.givenBack(now);
  }

  /**
   * A connection could not be made for a mail that had begun.
   *
   * @param othersOpen other connections to the site
   * @return whether the site is closed now
   */
  boolean refused(long now, int othersOpen, String reply) {
    pace.givenBack(now);
    lastReply = reply;
    if (othersOpen > 0) {
      easeOff(now, Pressure.EASE_OFF);
      connections = Math.max(1, Math.min(connections, othersOpen));
      return false;
    }
    if (!isClosed(now)) {
      close(now);
    }
    return true;
  }

  private void easeOff(long now, Pressure pressure) {
    if (now - signedAt < SIGN_EVERY.toMillis()) {
      return;
    }
    signedAt = now;
    signs++;
    if (connections > 1) {
      connections = Math.max(1, connections / 2);
    } else if (signs >= SIGNS_MAX || pressure == Pressure.CLOSE) {
      close(now);
    }
  }

  private void close(long now) {
    long doubled = CLOSED_FIRST.toMillis() << Math.min(failures, 10);
    long base = Math.min(doubled, CLOSED_MOST.toMillis());
    closedUntil = now + base + (long) (base * JITTER * random.nextDouble());
    failures++;
  }

  /** An operator says that it is open: a single connection finds out. */
  void reopen() {
    closedUntil = 0;
    bookedUntil = 0;
  }

  /**
   * How long the last of so many mails would wait for it, in milliseconds. By its rate, the first
   * may go when the interval after the former one is over.
   */
  long expectedWait(int waiting, long now) {
    double byRate = Math.max(0, waiting - 1) * sendIntervalMillis + Math.max(0, nextSend - now);
    return (long) Math.max(byRate, waiting * pace.interval(now));
  }

  /**
   * When one more mail that steps aside has its turn: after those that did so before, at the rate
   * that the site would have with all the connections it may have; not before it opens, and within
   * {@code latest}. From a site that is silent it is away for at least as long as the silence.
   */
  long turn(long now, Duration latest) {
    double seen = pace.isSilent(now) ? 0 : pace.interval(now) * connections / connectionsMax;
    double known = seen == 0 ? INTERVAL_UNKNOWN_MILLIS : seen;
    double interval = Math.max(sendIntervalMillis, known);
    long away = Math.max(ASIDE_LEAST.toMillis(), pace.silence(now));
    long from = Math.max(now + away, Math.max(closedUntil, bookedUntil));
    bookedUntil = Math.min((long) Math.ceil(from + interval), now + latest.toMillis());
    return bookedUntil;
  }
}
