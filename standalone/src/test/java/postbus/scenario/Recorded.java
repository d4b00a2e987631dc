package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import postbus.log.EventLog;
import postbus.log.LogAccess;
import postbus.log.LogUnreachable;
import postbus.mail.Event;
import postbus.mail.Event.What;

/** What the log says has happened to each mail, by its id, and how often. */
record Recorded(Map<String, Map<What, Integer>> times) {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Set<What> ENDS = EnumSet.of(What.DELIVERED, What.BOUNCED, What.QUARANTINED);

  /** Steps that a mail may take more than once. */
  private static final Set<What> AGAIN = EnumSet.of(What.DEFERRED, What.ROUTING_DEFERRED);

  static Recorded at(String bootstrapServers) throws LogUnreachable {
    return at(LogAccess.open(bootstrapServers));
  }

  /** As whoever gets in so may read it. */
  static Recorded at(LogAccess access) throws LogUnreachable {
    Map<String, Map<What, Integer>> times = new HashMap<>();
    try (EventLog log = new EventLog(access, ANSWER)) {
      log.read(
          Instant.EPOCH,
          (Event event) ->
              times
                  .computeIfAbsent(event.mail().toString(), _ -> new HashMap<>())
                  .merge(event.what(), 1, Integer::sum));
    }
    return new Recorded(times);
  }

  /** Whether this mail, and every other that the log knows, has come to its end. */
  boolean isAllOver(String id) {
    return times.containsKey(id)
        && times.values().stream()
            .allMatch(steps -> steps.keySet().stream().anyMatch(ENDS::contains));
  }

  /** How often this has happened to a mail. */
  int times(String id, What what) {
    return times.getOrDefault(id, Map.of()).getOrDefault(what, 0);
  }

  /** Mails have one recipient each; what an operator replayed goes its way once more. */
  void assertThatNoStepIsRecordedTwice() {
    times.forEach((id, steps) ->
        assertThat(steps)
            .as("steps of %s", id)
            .allSatisfy((what, count) -> {
              if (!AGAIN.contains(what)) {
                assertThat(count).isBetween(1, 1 + steps.getOrDefault(What.REPLAYED, 0));
              }
            }));
  }
}
