package postbus.delivery;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import postbus.dns.DnsExchangers;
import postbus.dns.DnsSettings;
import postbus.dns.MailExchangers;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.SlotBook;
import postbus.log.StageSettings;
import postbus.process.Part;
import postbus.process.ProcessSettings;
import postbus.site.Site;

/**
 * The stage that sends mail into the world: one for each pool that this process serves.
 *
 * <p>In: every lane of the pool ({@code delivery.<pool>.…}) and its retry topics ({@code
 * retry.<pool>.…}). Out: {@code mail.events}; a retry topic for recipients who may get it later;
 * {@code mail.reinjected} for a report to the sender; {@code dead-letter.<pool>} if there is none.
 *
 * <p>Guarantee: every recipient of a record has one of these outcomes, recorded together with its
 * offset. A crash repeats attempts whose outcome was not recorded, of which at most one a session
 * had passed its final dot.
 *
 * <p>From here a mail goes to {@link Pool}, {@link SiteQueue}, {@link SiteSession} and, with what
 * the server said, to {@link Conclusion}.
 */
@Singleton
public final class DeliveryStage implements Part {
  private static final Logger LOG = Logger.getLogger(DeliveryStage.class);

  private final List<ServedPool> served;

  /**
   * @param pools {@code postbus.delivery.pools}: those that this process serves, as its machine has
   *     their addresses; all of the site where it is not set
   * @param port {@code postbus.delivery.port}: where mail exchangers listen
   */
  @Inject
  DeliveryStage(
      Site site,
      LogSettings log,
      ContentStore store,
      SlotBook lanes,
      ProcessSettings process,
      @ConfigProperty(name = "postbus.delivery.pools") Optional<List<String>> pools,
      @ConfigProperty(name = "postbus.delivery.port", defaultValue = "25") int port) {
    this(
        shared(site, log, store, lanes, port, new DnsExchangers(DnsSettings.of(site))),
        Set.copyOf(pools.orElse(List.of())),
        process.stopWait());
  }

  /**
   * Without a container.
   *
   * @param pools those that it serves; empty: all of the site
   * @param port where mail exchangers listen
   */
  public DeliveryStage(
      Site site,
      LogSettings log,
      ContentStore store,
      SlotBook lanes,
      Set<String> pools,
      int port,
      MailExchangers exchangers) {
    this(shared(site, log, store, lanes, port, exchangers), pools, StageSettings.STOP_WAIT);
  }

  private DeliveryStage(ServedPool.Shared shared, Set<String> pools, Duration stopWait) {
    Site site = shared.site();
    Set<String> unknown = new TreeSet<>(pools);
    unknown.removeAll(site.pools().keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "postbus.delivery.pools: expected some of %s, found %s"
              .formatted(site.pools().keySet(), unknown));
    }
    this.served =
        site.pools().values().stream()
            .filter(pool -> pools.isEmpty() || pools.contains(pool.name()))
            .map(pool -> new ServedPool(shared, pool, stopWait))
            .toList();
  }

  private static ServedPool.Shared shared(
      Site site,
      LogSettings log,
      ContentStore store,
      SlotBook lanes,
      int port,
      MailExchangers exchangers) {
    NextHops nextHops = new NextHops(exchangers, port);
    return new ServedPool.Shared(site, log, store, lanes, nextHops, exchangers);
  }

  @Override
  public String name() {
    return "delivery";
  }

  @Override
  public void start() {
    served.forEach(ServedPool::read);
    served.forEach(ServedPool::start);
  }

  @Override
  public boolean isReady() {
    return served.stream().allMatch(ServedPool::isReady);
  }

  @Override
  public boolean isLive() {
    return served.stream().allMatch(ServedPool::isLive);
  }

  /** What has passed its final dot is waited for; the rest goes back to the log. */
  @Override
  public void stop() {
    List<Thread> closing =
        served.stream().map(one -> Thread.ofVirtual().start(one::close)).toList();
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!served.stream().allMatch(ServedPool::isEnded)) {
      LOG.info("connections that did not end in time were closed");
    }
  }
}
