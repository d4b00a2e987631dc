package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.SiteState;

/**
 * Decides whether a site has room for one more mail, lets those for which it has none wait
 * elsewhere until their turn, and tells what is known of the site. Guarded by its queue's lock.
 */
final class SiteRoom {
  private static final Logger LOG = Logger.getLogger(SiteRoom.class);

  /** What is known of a site is told no more often. */
  private static final Duration TELL_EVERY = Duration.ofSeconds(3);

  private final Pool pool;
  private final Place place;
  private final SiteGauge gauge;
  private long mails;
  private boolean hasNews;
  private long toldAt;
  private double toldConnections;
  private long toldNextSend;

  SiteRoom(Pool pool, Place place, SiteGauge gauge) {
    this.pool = pool;
    this.place = place;
    this.gauge = gauge;
    this.toldConnections = gauge.connections();
  }

  /** Whether the last of so many mails would be served within {@code busyWait}. */
  boolean isFor(int waiting, long now) {
    return isOpen(now) && gauge.expectedWait(waiting, now) <= pool.limits().busyWait().toMillis();
  }

  /** Whether anything may be sent to the site. */
  boolean isOpen(long now) {
    return !gauge.isClosed(now) && !isHeld();
  }

  private boolean isHeld() {
    return pool.orders().isHeld(place.site());
  }

  /** Those that wait too many step aside, the last first. */
  void make(WaitingMails waiting, long now) {
    while (!waiting.isEmpty() && !isFor(waiting.size(), now)) {
      stepAside(waiting.removeLast(), now);
    }
  }

  /**
   * While the site is closed, or slower than mails come, those whose senders are to be told
   * something do not wait untold in a lane of its own.
   */
  void tellLate(WaitingMails waiting, long now) {
    if (!isFor(waiting.size(), now)) {
      Instant at = Instant.ofEpochMilli(now);
      waiting
          .remove(each -> pool.conclusion().isToBeTold(each.mail().envelope(), at))
          .forEach(each -> stepAside(each, now));
    }
  }

  /** The mail waits in a retry topic until its turn. */
  void stepAside(Taken taken, long now) {
    Duration latest = pool.conclusion().longestDelay();
    long turn = isHeld() ? now + latest.toMillis() : gauge.turn(now, latest);
    mails++;
    hasNews = true;
    Cause why = Cause.ours("QUEUE", 451, "4.4.5", place.site() + " is " + state(now));
    Untried.conclude(
        taken,
        () -> pool.conclusion().aside(taken, why, Instant.now(), Instant.ofEpochMilli(turn)));
  }

  private String state(long now) {
    if (isHeld()) {
      return "held by an operator";
    }
    String said = gauge.lastReply().isEmpty() ? "" : "; it said " + gauge.lastReply();
    return (gauge.isClosed(now) ? "closed" : "busy") + said;
  }

  /** The site was found closed. */
  void closed() {
    LOG.infof("%s: closed: %s", place, gauge.lastReply());
  }

  /** Something is known that a later owner of the partition should know. */
  void learned() {
    hasNews = true;
  }

  /** Of its rate, what is not over before another owner could know of it. */
  private boolean hasRate(long now) {
    return gauge.nextSend() != toldNextSend && gauge.nextSend() - now > TELL_EVERY.toMillis();
  }

  /**
   * What a later owner is to know; empty if there is nothing new.
   *
   * @param inHand mails of the site that are here
   */
  Optional<SiteState> news(int inHand, long now) {
    hasNews |= hasRate(now) || Math.abs(gauge.connections() - toldConnections) >= 1;
    if (!hasNews || !pool.isStopping() && now - toldAt < TELL_EVERY.toMillis()) {
      return Optional.empty();
    }
    hasNews = false;
    toldAt = now;
    toldConnections = gauge.connections();
    toldNextSend = gauge.nextSend();
    if (gauge.bookedUntil(now).isEmpty()) {
      mails = 0;
    }
    return Optional.of(
        new SiteState(
            pool.name(),
            place.site(),
            place.lane(),
            place.partition(),
            Instant.ofEpochMilli(now),
            gauge.closedUntil(now),
            gauge.bookedUntil(now),
            gauge.nextSend(now),
            isHeld(),
            gauge.failures(),
            gauge.connections(),
            inHand,
            mails,
            gauge.lastReply()));
  }
}
