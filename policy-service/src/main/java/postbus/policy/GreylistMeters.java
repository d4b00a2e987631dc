package postbus.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import postbus.policy.Greylist.Answer;

/** Who was asked to come again, and who came, under the names of docs/metrics.md. */
final class GreylistMeters {
  private final Counter first = counter("first");
  private final Counter early = counter("early");
  private final Counter passed = counter("passed");
  private final Counter skipped = counter("skipped");

  private static Counter counter(String answer) {
    return Counter.builder("postbus.policy.greylist")
        .tag("answer", answer)
        .register(Metrics.globalRegistry);
  }

  /**
   * @param shared whether it counted
   */
  void answered(Answer answer, boolean shared) {
    switch (answer) {
      case Answer.Pass _ -> passed.increment();
      case Answer.Again _ when !shared -> skipped.increment();
      case Answer.Again(long _, boolean isFirst) -> (isFirst ? first : early).increment();
    }
  }
}
