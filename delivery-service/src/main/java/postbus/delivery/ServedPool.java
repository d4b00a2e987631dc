package postbus.delivery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import postbus.dns.MailExchangers;
import postbus.dns.SiteLookup;
import postbus.dns.SiteNames;
import postbus.log.Bounces;
import postbus.log.ContentStore;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.Orders;
import postbus.log.SiteStates;
import postbus.log.SlotBook;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.site.DeliveryLimits;
import postbus.site.Schedule;
import postbus.site.Site;

/** A pool that this process serves: its stage, and what it needs beside the mails. */
final class ServedPool {
  private static final Logger LOG = Logger.getLogger(ServedPool.class);
  private static final Duration TEND_EVERY = Duration.ofSeconds(1);

  /** For what the log says of lanes, sites and orders to be read. */
  private static final Duration TABLES_WAIT = Duration.ofSeconds(30);

  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final Pool pool;
  private final Stage stage;
  private final SlotBook lanes;
  private final SlotReturns returns;
  private final SiteStates states;
  private final Orders orders;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final NewOrders newOrders = new NewOrders();
  private boolean isEnded = true;

  /** What the pools of a process share. */
  record Shared(
      Site site,
      LogSettings log,
      ContentStore store,
      SlotBook lanes,
      NextHops nextHops,
      MailExchangers exchangers) {}

  /**
   * @param stopWait for replies to final dots, when it ends
   */
  ServedPool(Shared shared, Site.Pool settings, Duration stopWait) {
    Site site = shared.site();
    DeliveryLimits limits = site.delivery();
    String name = settings.name();
    lanes = shared.lanes();
    states = new SiteStates(shared.log());
    orders = new Orders(shared.log());
    Bounces bounces = new Bounces(Conclusion.SERVICE, site.primaryHostname(), shared.store()::open);
    Schedule schedule = site.schedule(settings);
    Conclusion conclusion = new Conclusion(schedule, bounces, name, RandomGenerator.getDefault());
    SiteLookup lookup = new SiteLookup(shared.exchangers(), new SiteNames(limits.sites().values()));
    SiteOrders siteOrders = new SiteOrders(name, orders, lanes, lookup::now, conclusion);
    Sending sending = new Sending(settings, limits, shared.nextHops(), shared.store()::open);
    Shares shares = new Shares(name, limits, this::partitionsOf);
    pool =
        new Pool(
            site,
            settings,
            new Pool.Parts(sending, conclusion, siteOrders, lanes, states, shares, this::owns));
    StageSettings stageSettings =
        StageSettings.of(name, Inputs.matching("delivery\\." + Pattern.quote(name) + "\\..*"))
            .retrying(schedule.delays())
            .window(limits.windowMails(), limits.windowOctets())
            .stopping(stopWait);
    stage = new Stage(stageSettings, shared.log(), shared.store(), pool, siteOrders, orders);
    returns = new SlotReturns(name, lanes, stage::owns, limits.lending());
    orders.onChange(this::lookAtOrders);
  }

  private boolean owns(String lane, int partition) {
    return stage.owns(lane, partition);
  }

  private int partitionsOf(String lane) {
    return stage.partitionsOf(lane);
  }

  /** Begins to read what {@link #start} waits for, so that several pools read at the same time. */
  void read() {
    lanes.start();
    states.start();
    orders.start();
  }

  /**
   * Takes mails once it knows which lanes are lent, what is held, and what sites bear.
   *
   * @throws IllegalStateException if the log does not say so in time
   * @throws IllegalArgumentException if the window is larger than the broker lets a commit say
   */
  void start() {
    long deadline = System.nanoTime() + TABLES_WAIT.toNanos();
    while (!(lanes.isReady() && states.isReady() && orders.isReady())) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "the log does not hand out delivery.slots, delivery.sites and delivery.orders");
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    stage.start();
    Thread.ofVirtual().name("tending-" + pool.name()).start(this::tend);
  }

  boolean isReady() {
    return stage.isReady();
  }

  boolean isLive() {
    return stage.isLive();
  }

  private void tend() {
    try {
      while (!closing.await(TEND_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          pool.tend();
          returns.tend(System.currentTimeMillis(), pool.lanesInUse());
        } catch (RuntimeException e) {
          LOG.errorf(e, "%s", pool.name());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAtOrders() {
    newOrders.among(orders.of(pool.name())).forEach(pool::ordered);
  }

  /** What has passed its final dot is waited for; the rest goes back to the log. */
  void close() {
    closing.countDown();
    Thread stopping = Thread.ofVirtual().start(pool::stop);
    stage.close();
    isEnded = pool.awaitEnd(Duration.ZERO);
    try {
      stopping.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    states.close();
    orders.close();
    lanes.close();
  }

  /** Whether all sessions ended by themselves. */
  boolean isEnded() {
    return isEnded;
  }
}
