package postbus.router;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import postbus.router.Journey.End;

/**
 * Which routers decide about how many addresses, and how, under the names of docs/metrics.md. A
 * mail that is routed again is counted again.
 */
final class RouterMeters {
  /** As many as there are routers, by decisions. */
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  private record Key(String router, String decision) {}

  void decided(End end) {
    String decision =
        switch (end.decision()) {
          case Decision.Deliver _ -> "deliver";
          case Decision.Fail _ -> "fail";
          case Decision.Defer _ -> "defer";
          case Decision.Discard _ -> "discard";
          case Decision.Redirect _ -> "redirect";
          case Decision.Decline _ -> "decline";
        };
    counters.computeIfAbsent(new Key(end.rule(), decision), RouterMeters::counter).increment();
  }

  private static Counter counter(Key key) {
    return Counter.builder("postbus.router.addresses")
        .tag("router", key.router())
        .tag("decision", key.decision())
        .register(Metrics.globalRegistry);
  }
}
