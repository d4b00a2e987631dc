package postbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Taken;
import postbus.mail.Outcome.Deferred;

/**
 * The mails of one site and its sessions: as many as there are mails, up to connectionsPerSiteMax.
 *
 * <p>When no connection can be made and none is open, the site is closed for {@link #HOLD}: what
 * waits, and what comes meanwhile, is deferred at once, so that not each mail meets the same
 * time-out. Where other connections are open, the site only wants no more of them: then their
 * number is the limit for {@link #HOLD}.
 */
final class SiteQueue {
  /** How long a site stays closed; shorter than the shortest usual retry. */
  static final Duration HOLD = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(SiteQueue.class);

  private final Pool pool;
  private final String site;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Taken> waiting = new ArrayDeque<>();
  private final Set<SiteSession> sessions = new HashSet<>();
  private int idle;
  private int connected;
  private int sessionsMax;
  private long limitEndsNanos;
  private @Nullable Deferred closedFor;

  SiteQueue(Pool pool, String site) {
    this.pool = pool;
    this.site = site;
    this.sessionsMax = pool.limits().connectionsPerSiteMax();
  }

  String site() {
    return site;
  }

  /** Never blocks for longer than another thread holds the lock, which does no I/O. */
  void add(Taken taken) {
    lock.lock();
    try {
      if (pool.isStopping()) {
        taken.abandon();
        return;
      }
      Deferred closed = closedFor;
      if (closed != null) {
        defer(List.of(taken), closed);
        return;
      }
      waiting.addLast(taken);
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes a session for the mail, or begins one. */
  private void serve() {
    if (sessionsMax < pool.limits().connectionsPerSiteMax()
        && System.nanoTime() - limitEndsNanos > 0) {
      sessionsMax = pool.limits().connectionsPerSiteMax();
    }
    if (waiting.size() <= idle) {
      changed.signal();
    } else if (sessions.size() < sessionsMax) {
      SiteSession session = new SiteSession(pool, this);
      sessions.add(session);
      Thread.ofVirtual().name("delivery-" + site).start(session);
    }
  }

  /** The next mail for a session; empty if none comes in time, or the session is to end. */
  Optional<Taken> next(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      idle++;
      try {
        while (waiting.isEmpty() && left > 0 && !pool.isStopping() && closedFor == null) {
          left = changed.awaitNanos(left);
        }
      } finally {
        idle--;
      }
      return Optional.ofNullable(waiting.pollFirst());
    } finally {
      lock.unlock();
    }
  }

  void connected() {
    lock.lock();
    try {
      connected++;
    } finally {
      lock.unlock();
    }
  }

  void disconnected() {
    lock.lock();
    try {
      connected--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A session could not connect. Its mail goes on with the others of the site: to another session
   * that can, or back to the log for later.
   *
   * @return whether the site is closed now, until {@link #reopen}
   */
  boolean refused(Taken taken, Deferred why) {
    lock.lock();
    try {
      waiting.addFirst(taken);
      if (connected > 0) {
        sessionsMax = connected;
        limitEndsNanos = System.nanoTime() + HOLD.toNanos();
        changed.signal();
        return false;
      }
      LOG.infof("%s: closed for %d s: %s", site, HOLD.toSeconds(), why.cause().reply());
      boolean isFirst = closedFor == null;
      closedFor = why;
      List<Taken> all = new ArrayList<>(waiting);
      waiting.clear();
      changed.signalAll();
      defer(all, why);
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the hold, then lets mails in again. */
  void reopen() throws InterruptedException {
    lock.lock();
    try {
      long left = HOLD.toNanos();
      while (left > 0 && !pool.isStopping()) {
        left = changed.awaitNanos(left);
      }
      closedFor = null;
    } finally {
      lock.unlock();
    }
  }

  /** On a thread of its own, since a lease may have to be extended on disk. */
  private void defer(List<Taken> all, Deferred why) {
    Thread.ofVirtual()
        .name("deferring-" + site)
        .start(() -> {
          for (Taken taken : all) {
            try {
              var results = Conclusion.forAll(taken.mail(), why);
              var _ = taken.finish(pool.conclusion().of(taken, results, Instant.now()));
            } catch (RuntimeException | Error e) {
              taken.fail(e);
            }
          }
        });
  }

  /** A session is over; what came after its last look gets another one. */
  void ended(SiteSession session) {
    lock.lock();
    try {
      sessions.remove(session);
      if (!waiting.isEmpty()) {
        serve();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    pool.retire(this);
  }

  boolean isUnused() {
    lock.lock();
    try {
      return waiting.isEmpty() && sessions.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      waiting.forEach(Taken::abandon);
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean awaitEnd(Duration atMost) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!sessions.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      sessions.forEach(SiteSession::breakOff);
      return sessions.isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
