package postbus.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import postbus.auth.dkim.Dkim;
import postbus.auth.dkim.DkimResult;
import postbus.auth.dmarc.DmarcResult;
import postbus.auth.spf.SpfResult;

/** What SPF, DKIM and DMARC came to, under the name of docs/metrics.md. */
final class OriginMeters {
  private final Map<SpfResult, Counter> spf = counters("spf", SpfResult.values());
  private final Map<DkimResult, Counter> dkim = counters("dkim", DkimResult.values());
  private final Counter unsigned = counter("dkim", "none");
  private final Map<DmarcResult, Counter> dmarc = counters("dmarc", DmarcResult.values());

  private static <R> Map<R, Counter> counters(String method, R[] results) {
    return Arrays.stream(results)
        .collect(Collectors.toMap(Function.identity(), r -> counter(method, r.toString())));
  }

  private static Counter counter(String method, String result) {
    return Counter.builder("postbus.policy.authentication")
        .tag("method", method)
        .tag("result", result)
        .register(Metrics.globalRegistry);
  }

  void found(Origin origin) {
    origin.sender().ifPresent(outcome -> count(spf, outcome.result()));
    origin
        .dkim()
        .ifPresent(signatures -> {
          for (Dkim.Outcome signature : signatures) {
            count(dkim, signature.result());
          }
          if (signatures.isEmpty()) {
            unsigned.increment();
          }
        });
    origin.dmarc().ifPresent(outcome -> count(dmarc, outcome.result()));
  }

  private static <R> void count(Map<R, Counter> counters, R result) {
    Counter counter = counters.get(result);
    if (counter != null) {
      counter.increment();
    }
  }
}
