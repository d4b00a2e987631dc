package postbus.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import postbus.mail.SmtpReply;

/** Which rule answered, and how, under the names of docs/metrics.md. */
final class RuleMeters {
  private final Map<String, Answers> rules = new HashMap<>();

  private record Answers(Counter accepted, Counter deferred, Counter refused) {
    static Answers of(String rule) {
      return new Answers(
          counter(rule, "accepted"), counter(rule, "deferred"), counter(rule, "refused"));
    }

    private static Counter counter(String rule, String answer) {
      return Counter.builder("postbus.policy.rule")
          .tag("rule", rule)
          .tag("answer", answer)
          .register(Metrics.globalRegistry);
    }
  }

  RuleMeters(List<RecipientCheck> checks) {
    checks.forEach(check -> rules.computeIfAbsent(check.name(), Answers::of));
  }

  void decided(RecipientCheck check, SmtpReply reply) {
    Answers of = rules.get(check.name());
    if (of != null) {
      (reply.isPositive() ? of.accepted() : reply.isPermanent() ? of.refused() : of.deferred())
          .increment();
    }
  }
}
