package postbus.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import postbus.dns.Listing;

/** What a list said, under the names of docs/metrics.md. */
final class ListMeters {
  private final Counter listed;
  private final Counter notListed;
  private final Counter failed;
  private final Counter leftAlone;

  ListMeters(String list) {
    this.listed = counter(list, "listed");
    this.notListed = counter(list, "not-listed");
    this.failed = counter(list, "failed");
    this.leftAlone = counter(list, "left-alone");
  }

  private static Counter counter(String list, String answer) {
    return Counter.builder("postbus.policy.list")
        .tag("list", list)
        .tag("answer", answer)
        .register(Metrics.globalRegistry);
  }

  void answered(Listing listing) {
    switch (listing) {
      case Listing.Listed _ -> listed.increment();
      case Listing.NotListed _ -> notListed.increment();
      case Listing.Failed _ -> failed.increment();
    }
  }

  /** It was not asked. */
  void leftAlone() {
    leftAlone.increment();
  }
}
