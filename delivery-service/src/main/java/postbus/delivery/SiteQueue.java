package postbus.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import postbus.log.Taken;
import postbus.mail.NextHop;
import postbus.mail.Order;
import postbus.mail.Outcome.Deferred;
import postbus.mail.SiteState;
import postbus.smtp.Pressure;

/**
 * The mails of one site that one partition of a lane holds, and the sessions that send them: as
 * many as there are mails, within what the site bears ({@link SiteGauge}).
 *
 * <p>In the shared lane a mail that its site has no room for steps aside: it would fill the window
 * of its partition, and be in the way of others. In a lane of its own it waits here, and the full
 * window pauses the partition.
 */
final class SiteQueue {
  private final Pool pool;
  private final Place place;
  private final SiteGauge gauge;
  private final SiteRoom room;
  private final Tenancy tenancy;
  private final WaitingMails waiting = new WaitingMails();
  private final Crew crew = new Crew();

  SiteQueue(Pool pool, Place place, SiteGauge gauge) {
    this.pool = pool;
    this.place = place;
    this.gauge = gauge;
    this.room = new SiteRoom(pool, place, gauge);
    this.tenancy = new Tenancy(pool, place);
  }

  Place place() {
    return place;
  }

  /** Never blocks for longer than another thread is in here, which does no I/O. */
  synchronized void add(Taken taken) {
    long now = System.currentTimeMillis();
    tenancy.count(now);
    Optional<Order> order = pool.orders().about(taken);
    if (pool.isStopping()) {
      taken.abandon();
    } else if (order.isPresent()) {
      Untried.conclude(taken, () -> pool.orders().carriedOut(order.get(), taken));
    } else if (tenancy.isCrowded() && !room.isFor(waiting.size() + 1, now)) {
      room.stepAside(taken, now);
    } else {
      waiting.add(taken);
      serve(now);
    }
  }

  /** Wakes a session for the mail, or begins one. */
  private void serve(long now) {
    if (waiting.isEmpty() || tenancy.isEnding() || !room.isOpen(now)) {
      return;
    }
    if (waiting.size() <= crew.idle()) {
      crew.wakeOne();
    } else if (crew.size() < gauge.sessionsMax(now)) {
      crew.joined(new SiteSession(pool, this)).start("delivery-" + place.site());
    }
  }

  /**
   * The next mail for a session; empty if none comes in time, or the session is to end.
   *
   * @param leadsTo where its connection, if it has one, leads: a mail for there is to use it
   */
  Optional<Taken> next(SiteSession session, @Nullable NextHop leadsTo) throws InterruptedException {
    long deadline = System.nanoTime() + pool.limits().idleWait().toNanos();
    while (true) {
      long pause;
      synchronized (this) {
        long now = System.currentTimeMillis();
        crew.looks(session);
        boolean isOneTooMany = crew.staying() > gauge.sessionsMax(now);
        boolean isIdle = System.nanoTime() - deadline >= 0;
        if (pool.isStopping() || tenancy.isEnding() || isOneTooMany || isIdle) {
          crew.leaves(session);
          return Optional.empty();
        }
        boolean isReady = !waiting.isEmpty() && room.isOpen(now);
        pause = isReady ? gauge.nextSend() - now : 0;
        Optional<Taken> next = isReady && pause <= 0 ? waiting.next(leadsTo) : Optional.empty();
        if (next.isPresent()) {
          gauge.began(now);
          return next;
        }
        crew.parks(session);
      }
      SessionThread.park(pause);
    }
  }

  /** A connection was opened (1), or closed (-1). */
  synchronized void connected(int change) {
    crew.connected(change);
  }

  /**
   * A mail from {@link #next} has an end.
   *
   * @param pressure what its outcome asks of the site's sessions
   * @param reply what it said, unless all went well
   */
  synchronized void ended(Pressure pressure, @Nullable String reply) {
    if (pressure != Pressure.NONE || gauge.failures() > 0) {
      room.learned();
    }
    long now = System.currentTimeMillis();
    gauge.ended(now, pressure, !waiting.isEmpty(), reply);
    serve(now);
  }

  /**
   * A session could not connect.
   *
   * @return whether the site is closed now, so that the mail was tried in vain; else the mail goes
   *     on with another session
   */
  synchronized boolean refused(Taken taken, Deferred why) {
    long now = System.currentTimeMillis();
    room.learned();
    if (!gauge.refused(now, crew.connected(), why.cause().reply().toString())) {
      waiting.addFirst(taken);
      crew.wakeOne();
      return false;
    }
    room.closed();
    crew.wakeAll();
    if (tenancy.isCrowded()) {
      room.make(waiting, now);
    }
    return true;
  }

  /** A mail from {@link #next} has an end that tells nothing of the site. */
  synchronized void givenBack() {
    gauge.givenBack(System.currentTimeMillis());
  }

  /** A session is over; what came after its last look gets another one. */
  synchronized void ended(SiteSession session) {
    crew.left(session);
    serve(System.currentTimeMillis());
    crew.wakeAll();
    notifyAll();
  }

  /** Looks after its sessions, about once a second: no wait has a time limit but this. */
  synchronized void tendCrew() {
    crew.tend(System.nanoTime());
  }

  /** Looks after it, about once a second; false if it is of no more use. */
  synchronized boolean tend(long now) {
    waiting.giveBack(taken -> !taken.isOurs());
    if (tenancy.isCrowded()) {
      room.make(waiting, now);
    }
    if (!tenancy.isShared()) {
      room.tellLate(waiting, now);
    } else if (tenancy.isToBorrow(now, crew.size())) {
      Thread.ofVirtual().name("lending-" + place.site()).start(this::borrow);
    }
    for (int i = crew.size(); i < waiting.size() && i < gauge.sessionsMax(now); i++) {
      serve(now);
    }
    boolean isKnown = tenancy.isToLeave() || gauge.isTroubled(now) && !tenancy.isElsewhere();
    return isKnown && pool.owns(place) || !waiting.isEmpty() || crew.size() > 0;
  }

  /** Whether a later owner would do as well without knowing of it, now that it is of no use. */
  synchronized boolean isToBeForgotten() {
    return pool.owns(place) && !gauge.isWorthKnowing(System.currentTimeMillis());
  }

  /** Whether mails are here, or wait for their turn here. */
  synchronized boolean isInUse(long now) {
    return !waiting.isEmpty() || crew.size() > 0 || gauge.isWaitedFor(now);
  }

  private void borrow() {
    tenancy.borrow();
    takeAnew(() -> tenancy.borrowed(System.currentTimeMillis()));
  }

  /** If the site has another lane by now, what waits goes there. */
  void follow() {
    if (tenancy.isElsewhere()) {
      takeAnew(() -> {});
    }
  }

  /** An order about the site has come. */
  void ordered(Order order) {
    takeAnew(() -> {
      room.learned();
      if (order.action() == Order.Action.RETRY || order.action() == Order.Action.RELEASE) {
        gauge.reopen();
      }
    });
  }

  /** What waits is taken once more: now it may belong elsewhere. */
  private void takeAnew(Runnable change) {
    List<Taken> all;
    synchronized (this) {
      change.run();
      all = waiting.remove(_ -> true);
      crew.wakeAll();
    }
    all.forEach(pool::takeAnew);
  }

  /** What a later owner of the partition is to know; empty if there is nothing new. */
  synchronized Optional<SiteState> news(long now) {
    return room.news(waiting.size() + crew.size(), now);
  }

  /** Gives back what no session has begun. */
  synchronized void stop() {
    waiting.giveBack(_ -> true);
    crew.wakeAll();
  }

  /** Waits for the sessions; whether all ended by themselves. The others lose their connections. */
  synchronized boolean awaitEnd(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    long left = atMost.toMillis();
    while (crew.size() > 0 && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return crew.breakOff();
  }
}
