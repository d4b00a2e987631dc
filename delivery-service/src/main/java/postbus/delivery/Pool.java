package postbus.delivery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import postbus.log.Bounces;
import postbus.log.StageWork;
import postbus.log.Taken;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.Site;
import postbus.smtp.Caller;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpWaits;

/**
 * The mails of one pool, each site's in a queue of its own: no site waits for another, since they
 * share neither threads nor connections. How many mails are here in all is bounded by the stage's
 * windows.
 */
final class Pool implements StageWork {
  private final SmtpConnector connector;
  private final NextHops nextHops;
  private final Conclusion conclusion;
  private final Bounces.Contents contents;
  private final DeliveryLimits limits;
  private final ConcurrentMap<String, SiteQueue> sites = new ConcurrentHashMap<>();
  private volatile boolean isStopping;

  Pool(Site site, Site.Pool pool, NextHops nextHops, Bounces.Contents contents) {
    this.limits = site.delivery();
    this.nextHops = nextHops;
    this.contents = contents;
    Caller caller = new Caller(pool.source(), pool.helo(), startTls(pool.tls()));
    this.connector = new SmtpConnector(caller, waits(limits));
    this.conclusion =
        new Conclusion(
            site.schedule(),
            new Bounces(Conclusion.SERVICE, site.primaryHostname(), contents),
            pool.source().getHostAddress(),
            RandomGenerator.getDefault());
  }

  private static boolean startTls(Site.Tls tls) {
    return switch (tls) {
      case OPPORTUNISTIC -> true;
      case NEVER -> false;
    };
  }

  private static SmtpWaits waits(DeliveryLimits limits) {
    return new SmtpWaits(
        limits.connectWait(),
        limits.greetingWait(),
        limits.commandWait(),
        limits.dataWait(),
        limits.blockWait(),
        limits.finalDotWait());
  }

  /** A mail without a route is none for this stage: it fails, and ends as a dead letter. */
  @Override
  public void take(Taken taken) {
    Route route =
        taken
            .mail()
            .envelope()
            .route()
            .orElseThrow(() -> new IllegalArgumentException("a mail in a lane without a route"));
    sites.compute(
        route.site(),
        (site, queue) -> {
          SiteQueue its = queue == null ? new SiteQueue(this, site) : queue;
          its.add(taken);
          return its;
        });
  }

  /** Forgets a queue that has neither mails nor sessions. */
  void retire(SiteQueue queue) {
    sites.computeIfPresent(queue.site(), (_, its) -> its == queue && its.isUnused() ? null : its);
  }

  SmtpConnector connector() {
    return connector;
  }

  NextHops nextHops() {
    return nextHops;
  }

  Conclusion conclusion() {
    return conclusion;
  }

  Bounces.Contents contents() {
    return contents;
  }

  DeliveryLimits limits() {
    return limits;
  }

  boolean isStopping() {
    return isStopping;
  }

  /** How many sites have mails or sessions here. */
  int sites() {
    return sites.size();
  }

  /** Gives back what no session has begun; sessions end with the mail they are at. */
  void stop() {
    isStopping = true;
    sites.values().forEach(SiteQueue::stop);
  }

  /**
   * Waits for the sessions, and breaks the connections of those that take longer.
   *
   * @return whether all ended by themselves
   */
  boolean awaitEnd(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    boolean allEnded = true;
    for (SiteQueue queue : List.copyOf(sites.values())) {
      allEnded &= queue.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return allEnded;
  }
}
