package postbus.delivery;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import postbus.log.Topics;
import postbus.site.DeliveryLimits;
import postbus.site.SiteRule;

/**
 * What one partition of a lane may use of a site's limits, so that they hold however many processes
 * share the partitions: each has an equal part. In the shared lane, and in one with more partitions
 * than the site may have connections, one partition has all of the site's mails, and its limits.
 */
final class Shares {
  private final String sharedLane;
  private final DeliveryLimits limits;
  private final ToIntFunction<String> partitions;

  /**
   * @param partitions how many a lane has
   */
  Shares(String pool, DeliveryLimits limits, ToIntFunction<String> partitions) {
    this.sharedLane = Topics.sharedLane(pool);
    this.limits = limits;
    this.partitions = partitions;
  }

  /**
   * A part of a site's limits.
   *
   * @param isKeyed whether the partition that the site's name leads to has all of its mails; else
   *     each partition has its part
   * @param connections 1 or more
   * @param mailsPerMinute 0: no limit
   */
  record Share(boolean isKeyed, int connections, double mailsPerMinute) {}

  /** The part of each partition of the lane. */
  Share of(String lane, String site) {
    int connections = or(rule(site).map(SiteRule::connectionsMax), limits.connectionsPerSiteMax());
    double rate = or(rule(site).map(SiteRule::mailsPerMinuteMax), 0);
    boolean isShared = lane.equals(sharedLane);
    int parts = Math.max(1, partitions.applyAsInt(lane));
    return isShared || parts > connections
        ? new Share(true, connections, rate)
        : new Share(false, connections / parts, rate / parts);
  }

  /** Mails before a connection to the site is given up. */
  int mailsPerConnection(String site) {
    return or(rule(site).map(SiteRule::mailsPerConnectionMax), limits.mailsPerConnectionMax());
  }

  private Optional<SiteRule> rule(String site) {
    return limits.rule(site);
  }

  private static int or(Optional<OptionalInt> rule, int otherwise) {
    return rule.orElse(OptionalInt.empty()).orElse(otherwise);
  }
}
