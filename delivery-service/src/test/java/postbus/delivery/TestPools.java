package postbus.delivery;

import java.io.ByteArrayInputStream;
import java.util.Random;
import postbus.log.Bounces;
import postbus.log.LogSettings;
import postbus.log.Orders;
import postbus.log.SiteStates;
import postbus.log.SlotBook;
import postbus.site.Schedule;
import postbus.site.Site;

/** Pools without a log: nothing is lent, held, or known from before. */
final class TestPools {
  private static final LogSettings NO_LOG =
      new LogSettings("127.0.0.1:1", "0", LogSettings.Shape.ONE_MACHINE);

  private TestPools() {}

  static Pool pool(
      Site site, Site.Pool settings, NextHops nextHops, SiteOrders.Destinations destinations) {
    Bounces.Contents contents = mail -> new ByteArrayInputStream(mail.content());
    Schedule schedule = site.schedule(settings);
    SlotBook lanes = new SlotBook(NO_LOG, site.delivery().ownLanes(), 0);
    Conclusion conclusion =
        new Conclusion(
            schedule,
            new Bounces(Conclusion.SERVICE, site.primaryHostname(), contents),
            settings.name(),
            new Random(1));
    SiteOrders orders =
        new SiteOrders(settings.name(), new Orders(NO_LOG), lanes, destinations, conclusion);
    Sending sending = new Sending(settings, site.delivery(), nextHops, contents);
    return new Pool(
        site,
        settings,
        new Pool.Parts(
            sending,
            conclusion,
            orders,
            lanes,
            new SiteStates(NO_LOG),
            new Shares(settings.name(), site.delivery(), _ -> 1),
            (_, _) -> true));
  }
}
