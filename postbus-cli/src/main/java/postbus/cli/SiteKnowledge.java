package postbus.cli;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import postbus.log.LogAccess;
import postbus.log.LogSettings;
import postbus.log.LogUnreachable;
import postbus.log.Orders;
import postbus.log.SiteStates;
import postbus.log.SlotBook;
import postbus.mail.Order;
import postbus.mail.SiteState;

/** What deliverers and operators have said of sites. */
final class SiteKnowledge implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final LogSettings log;
  private final SiteStates states;
  private final Orders orders;
  private final SlotBook slots;

  private SiteKnowledge(LogSettings log) {
    this.log = log;
    this.states = new SiteStates(log);
    this.orders = new Orders(log);
    this.slots = new SlotBook(log, Set.of(), Integer.MAX_VALUE);
  }

  /**
   * Reads all of it.
   *
   * @param wait for the log to hand it out
   */
  static SiteKnowledge read(LogAccess kafka, Duration wait) throws LogUnreachable {
    LogSettings log = new LogSettings(kafka, "operator", LogSettings.Shape.ONE_MACHINE);
    SiteKnowledge known = new SiteKnowledge(log);
    known.states.start();
    known.orders.start();
    known.slots.start();
    long deadline = System.nanoTime() + wait.toNanos();
    while (!known.isReady()) {
      if (System.nanoTime() - deadline > 0) {
        known.close();
        throw new LogUnreachable(
            "no answer from the log at " + kafka + " about sites, lanes and orders",
            new TimeoutException());
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return known;
  }

  private boolean isReady() {
    return states.isReady() && orders.isReady() && slots.isReady();
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

  /** The orders by which mail of sites is kept. */
  List<Order> holds() {
    return orders.holds();
  }

  /** The site that has this lane on loan; empty if nobody has. */
  Optional<String> holder(String lane) {
    return slots.holder(lane);
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
    slots.close();
  }
}
