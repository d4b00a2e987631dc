package postbus.cli;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import postbus.log.LogSettings;
import postbus.log.LogUnreachable;
import postbus.log.Orders;
import postbus.log.SiteStates;
import postbus.mail.Order;
import postbus.mail.SiteState;

/** What deliverers and operators have said of sites. */
final class SiteKnowledge implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final LogSettings log;
  private final SiteStates states;
  private final Orders orders;

  private SiteKnowledge(LogSettings log) {
    this.log = log;
    this.states = new SiteStates(log);
    this.orders = new Orders(log);
  }

  /**
   * Reads all of it.
   *
   * @param wait for the log to hand it out
   */
  static SiteKnowledge read(String kafka, Duration wait) throws LogUnreachable {
    LogSettings log = new LogSettings(kafka, "operator", LogSettings.Shape.ONE_MACHINE);
    SiteKnowledge known = new SiteKnowledge(log);
    known.states.start();
    known.orders.start();
    long deadline = System.nanoTime() + wait.toNanos();
    while (!(known.states.isReady() && known.orders.isReady())) {
      if (System.nanoTime() - deadline > 0) {
        known.close();
        throw new LogUnreachable(
            "no answer from the log at " + kafka + " about sites and orders",
            new TimeoutException());
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return known;
  }

  /** The last that was said of a site. */
  Optional<SiteState> of(String pool, String site) {
    return states.all().stream()
        .filter(state -> state.pool().equals(pool) && state.site().equals(site))
        .max(Comparator.comparing(SiteState::at));
  }

  boolean isHeld(String pool, String site) {
    return orders.isHeld(pool, site);
  }

  /** Gives an order; returns when it is in the log. */
  void give(Order order, Duration wait) throws LogUnreachable {
    try {
      orders.give(order, wait);
    } catch (TimeoutException e) {
      throw new LogUnreachable("the order may not have been given: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnreachable("interrupted; the order may not have been given", e);
    }
  }

  LogSettings log() {
    return log;
  }

  @Override
  public void close() {
    states.close();
    orders.close();
  }
}
