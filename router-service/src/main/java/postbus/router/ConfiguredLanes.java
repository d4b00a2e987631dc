package postbus.router;

import java.util.Set;
import postbus.log.Lanes;
import postbus.log.Topics;
import postbus.site.DeliveryLimits;

/** The lanes that the site's configuration gives; which slots are lent is the log's to say. */
final class ConfiguredLanes implements Lanes {
  private final Set<String> own;

  ConfiguredLanes(DeliveryLimits limits) {
    own = limits.ownLanes();
  }

  @Override
  public String of(String pool, String site) {
    return own.contains(site) ? Topics.ownLane(pool, site) : Topics.sharedLane(pool);
  }
}
