package postbus.delivery;

import org.jboss.logging.Logger;

/**
 * Whether a site's mails stay in this lane: not if the site has another by now, nor, in the shared
 * lane, while it is about to borrow one of its own. Guarded by its queue's lock, save {@link
 * #borrow} and {@link #isElsewhere}.
 */
final class Tenancy {
  private static final Logger LOG = Logger.getLogger(Tenancy.class);

  private final Pool pool;
  private final Place place;
  private final boolean isShared;
  private final SlotWish wish;

  Tenancy(Pool pool, Place place) {
    this.pool = pool;
    this.place = place;
    this.isShared = pool.isShared(place.lane());
    this.wish = new SlotWish(pool.limits().lending());
  }

  boolean isShared() {
    return isShared;
  }

  /** One more mail has come. */
  void count(long now) {
    wish.count(now);
  }

  /** Whether the site's mails belong into another lane by now. */
  boolean isElsewhere() {
    return !pool.laneOf(place.site()).equals(place.lane());
  }

  /** Whether the site is to leave, as soon as its sessions have ended. */
  boolean isToLeave() {
    return wish.isDraining();
  }

  /** Whether no session of the site may begin a mail here. */
  boolean isEnding() {
    return isToLeave() || isElsewhere();
  }

  /** Whether a mail that the site has no room for is in the way of others here. */
  boolean isCrowded() {
    return isShared && !isEnding();
  }

  /**
   * Whether to {@link #borrow} a lane now; true once, until that has {@link #borrowed}.
   *
   * @param sessions that have not ended yet
   */
  boolean isToBorrow(long now, int sessions) {
    return isShared && wish.isUttered(now, sessions);
  }

  /** Asks for a lane of the site's own; blocks for a bounded time. */
  void borrow() {
    boolean isLent = pool.lend(place.site());
    LOG.infof("%s: %s", place, isLent ? "has a lane of its own now" : "no lane is free to lend");
  }

  /** The site was lent a lane, or there is none for now. */
  void borrowed(long now) {
    wish.ended(now);
  }
}
