package postbus.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import postbus.mail.Event;

/** What is counted of one topic that a stage takes from. */
final class TopicMeters {
  private final MeterRegistry registry;
  private final String stage;
  private final String lane;
  private final Counter mails;
  private final Counter octets;
  private final Counter failures;
  private final Counter recorded;

  /** By kind of event, made when the first one is recorded; used by the writer's thread alone. */
  private final @Nullable Counter[] outcomes = new Counter[Event.What.values().length];

  TopicMeters(MeterRegistry registry, String stage, String topic) {
    this.registry = registry;
    this.stage = stage;
    this.lane = lane(topic);
    this.mails = counter("postbus.stage.taken.mails", topic);
    this.octets = counter("postbus.stage.taken.octets", topic);
    this.failures = counter("postbus.stage.failures", topic);
    this.recorded = counter("postbus.stage.recorded.mails", topic);
  }

  private Counter counter(String name, String topic) {
    return Counter.builder(name).tag("stage", stage).tag("topic", topic).register(registry);
  }

  /**
   * Which kind of lane it is: {@code own}, {@code slot} or {@code shared}; {@code none}, if none.
   */
  static String lane(String topic) {
    String[] parts = topic.split("\\.", 3);
    if (parts.length < 3 || !parts[0].equals("delivery")) {
      return "none";
    }
    return parts[2].equals("shared") ? "shared" : parts[2].matches("slot-\\d+") ? "slot" : "own";
  }

  /** A mail is in hand, for the first time. */
  void taken(long content) {
    mails.increment();
    octets.increment(content);
  }

  /** An attempt ended without a result. */
  void failed() {
    failures.increment();
  }

  void recorded() {
    recorded.increment();
  }

  void outcome(Event.What what, int recipients) {
    Counter counter = outcomes[what.ordinal()];
    if (counter == null) {
      counter =
          Counter.builder("postbus.outcomes")
              .tag("stage", stage)
              .tag("lane", lane)
              .tag("outcome", what.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .register(registry);
      outcomes[what.ordinal()] = counter;
    }
    counter.increment(recipients);
  }
}
