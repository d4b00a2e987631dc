package postbus.delivery;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import postbus.log.SiteStates;
import postbus.log.SlotBook;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.log.Topics;
import postbus.mail.Envelope;
import postbus.mail.Order;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.Site;

/**
 * The mails of one pool, each site's in a queue of its own: no site waits for another, since they
 * share neither threads nor connections. How many mails are here in all is bounded by the stage's
 * windows.
 */
final class Pool implements StageWork {
  private static final Logger LOG = Logger.getLogger(Pool.class);

  private final Site.Pool settings;
  private final DeliveryLimits limits;
  private final Parts parts;
  private final ConcurrentMap<Place, SiteQueue> queues = new ConcurrentHashMap<>();
  private final SiteMemory memory;

  /** Lanes of which mails went to another partition since {@link #lanesInUse} was asked. */
  private final Set<String> passedOn = ConcurrentHashMap.newKeySet();

  private volatile boolean isStopping;

  /**
   * What a pool works with.
   *
   * @param sending how mails leave
   * @param lanes which site has which lane
   * @param states what former owners knew
   * @param shares of what sites may have at most
   * @param owns whether a partition of a topic is ours
   */
  record Parts(
      Sending sending,
      Conclusion conclusion,
      SiteOrders orders,
      SlotBook lanes,
      SiteStates states,
      Shares shares,
      BiPredicate<String, Integer> owns) {}

  Pool(Site site, Site.Pool settings, Parts parts) {
    this.settings = settings;
    this.limits = site.delivery();
    this.parts = parts;
    this.memory = new SiteMemory(settings.name(), parts.states(), parts.owns());
  }

  String name() {
    return settings.name();
  }

  /** A mail without a route is none for this stage: it fails, and ends as a dead letter. */
  @Override
  public void take(Taken taken) {
    Envelope envelope = taken.mail().envelope();
    Route route =
        envelope
            .route()
            .orElseThrow(() -> new IllegalArgumentException("a mail in a lane without a route"));
    String lane = laneOf(route.site());
    String key = parts.lanes().key(name(), route.site(), envelope.id().toString());
    if (!lane.equals(taken.topic())) {
      Untried.move(taken, lane, key);
      return;
    }
    Shares.Share share = parts.shares().of(lane, route.site());
    if (share.isKeyed() && !taken.key().equals(route.site())) {
      passedOn.add(lane);
      Untried.move(taken, lane, route.site());
      return;
    }
    queues.compute(
        new Place(lane, taken.partition(), route.site()),
        (place, known) -> {
          SiteQueue queue = known == null ? queue(place, share) : known;
          queue.add(taken);
          return queue;
        });
  }

  private SiteQueue queue(Place place, Shares.Share share) {
    SiteGauge gauge =
        new SiteGauge(
            share.connections(),
            limits.connectionsAtFirst(),
            share.mailsPerMinute(),
            RandomGenerator.getDefault());
    memory.find(place, System.currentTimeMillis()).ifPresent(gauge::restore);
    return new SiteQueue(this, place, gauge);
  }

  boolean owns(Place place) {
    return parts.owns().test(place.lane(), place.partition());
  }

  /** Where the site's mails belong now. */
  String laneOf(String site) {
    return parts.lanes().of(name(), site);
  }

  boolean isShared(String lane) {
    return lane.equals(Topics.sharedLane(name()));
  }

  DeliveryLimits limits() {
    return limits;
  }

  Sending sending() {
    return parts.sending();
  }

  Conclusion conclusion() {
    return parts.conclusion();
  }

  SiteOrders orders() {
    return parts.orders();
  }

  Shares shares() {
    return parts.shares();
  }

  /** Takes once more what was taken before. */
  void takeAnew(Taken taken) {
    try {
      take(taken);
    } catch (RuntimeException | Error e) {
      taken.fail(e);
    }
  }

  /** Whether the site was lent a lane of its own. Blocks for a bounded time. */
  boolean lend(String site) {
    try {
      return parts.lanes().claim(name(), site).isPresent();
    } catch (TimeoutException e) {
      LOG.warnf("%s gets no lane now: %s", site, e.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Looks after its queues, about once a second. */
  void tend() {
    long now = System.currentTimeMillis();
    // First what sessions wait for: to tell the log what was learned may take seconds.
    queues.values().forEach(SiteQueue::tendCrew);
    for (SiteQueue queue : queues.values()) {
      try {
        tend(queue, now);
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s", queue.place());
      }
    }
    memory.tend(now, queues::containsKey);
  }

  private void tend(SiteQueue queue, long now) {
    queue.follow();
    queue.news(now).ifPresent(memory::publish);
    if (!queue.tend(now)) {
      var kept = queues.computeIfPresent(queue.place(), (_, its) -> its.tend(now) ? its : null);
      if (kept == null && queue.isToBeForgotten()) {
        memory.forget(queue.place());
      }
    }
  }

  /** The lanes that had mails since the last call, or that a site's mails come back to. */
  Set<String> lanesInUse() {
    long now = System.currentTimeMillis();
    Set<String> lanes = new HashSet<>(passedOn);
    passedOn.removeAll(lanes);
    queues.values().stream()
        .filter(queue -> queue.isInUse(now))
        .forEach(queue -> lanes.add(queue.place().lane()));
    return lanes;
  }

  /** An order has come. */
  void ordered(Order order) {
    queues.values().stream()
        .filter(queue -> queue.place().site().equals(order.site()))
        .forEach(queue -> queue.ordered(order));
  }

  boolean isStopping() {
    return isStopping;
  }

  /** How many sites have mails or sessions here. */
  int sites() {
    return queues.size();
  }

  /** Gives back what no session has begun; sessions end with the mail they are at. */
  void stop() {
    isStopping = true;
    queues.values().forEach(SiteQueue::stop);
    long now = System.currentTimeMillis();
    queues.values().forEach(queue -> queue.news(now).ifPresent(memory::publish));
  }

  /**
   * Waits for the sessions, and breaks the connections of those that take longer.
   *
   * @return whether all ended by themselves
   */
  boolean awaitEnd(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    boolean allEnded = true;
    try {
      for (SiteQueue queue : List.copyOf(queues.values())) {
        allEnded &= queue.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      allEnded = false;
    }
    return allEnded;
  }
}
