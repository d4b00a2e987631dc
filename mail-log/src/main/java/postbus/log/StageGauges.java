package postbus.log;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import postbus.log.PartitionWindow.Seen;

/**
 * What can be seen of a stage at any moment, under the names of docs/metrics.md. The gauges of a
 * topic are there as long as one of its partitions is ours, so that an old value is nobody's.
 */
final class StageGauges implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final MeterRegistry registry = Metrics.globalRegistry;
  private final String stage;
  private final Map<TopicPartition, PartitionWindow> windows;
  private final List<Meter> ofStage = new ArrayList<>();
  private final Map<String, List<Meter>> ofTopics = new HashMap<>();
  private long looked = System.nanoTime() - LOOK_EVERY.toNanos();

  /**
   * @param windows those that are ours; read from any thread
   */
  StageGauges(
      String stage,
      Map<TopicPartition, PartitionWindow> windows,
      BooleanSupplier paused,
      BooleanSupplier halted) {
    this.stage = stage;
    this.windows = windows;
    ofStage.add(gauge("postbus.stage.partitions", windows::size));
    ofStage.add(gauge("postbus.stage.paused", () -> paused.getAsBoolean() ? 1 : 0));
    ofStage.add(gauge("postbus.stage.halted", () -> halted.getAsBoolean() ? 1 : 0));
  }

  /**
   * Looks at the windows, if the last look is a while ago. The reader's thread calls it.
   *
   * @param unread offsets of a partition that the consumer has not returned yet
   */
  void look(ToLongFunction<TopicPartition> unread) {
    long now = System.nanoTime();
    if (now - looked >= LOOK_EVERY.toNanos()) {
      looked = now;
      follow();
      windows.values().forEach(window -> window.look(unread.applyAsLong(window.partition())));
    }
  }

  /** Brings the gauges of topics in line with the partitions that are ours. */
  private void follow() {
    Set<String> topics =
        windows.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    if (topics.equals(ofTopics.keySet())) {
      return;
    }
    ofTopics
        .entrySet()
        .removeIf(gone -> {
          boolean goes = !topics.contains(gone.getKey());
          if (goes) {
            gone.getValue().forEach(registry::remove);
          }
          return goes;
        });
    topics.forEach(topic -> ofTopics.computeIfAbsent(topic, this::gauges));
  }

  private List<Meter> gauges(String topic) {
    return List.of(
        gauge("postbus.stage.window.mails", topic, () -> seen(topic, Seen::mails).sum()),
        gauge("postbus.stage.window.octets", topic, () -> seen(topic, Seen::octets).sum()),
        gauge("postbus.stage.window.share", topic, () -> share(topic)),
        gauge("postbus.stage.backlog.mails", topic, () -> seen(topic, Seen::backlog).sum()),
        gauge("postbus.stage.oldest.seconds", topic, () -> age(topic)));
  }

  /** Of the fullest partition. */
  private double share(String topic) {
    return seen(topic).mapToDouble(Seen::share).max().orElse(0);
  }

  private double age(String topic) {
    long oldest = seen(topic, Seen::oldest).min().orElse(Long.MAX_VALUE);
    return Math.max(0, System.currentTimeMillis() - oldest) / 1000.0;
  }

  private LongStream seen(String topic, ToLongFunction<Seen> what) {
    return seen(topic).mapToLong(what);
  }

  private Stream<Seen> seen(String topic) {
    return windows.values().stream()
        .filter(window -> window.partition().topic().equals(topic))
        .map(PartitionWindow::seen);
  }

  private Meter gauge(String name, Supplier<Number> value) {
    return Gauge.builder(name, value).tag("stage", stage).strongReference(true).register(registry);
  }

  private Meter gauge(String name, String topic, Supplier<Number> value) {
    return Gauge.builder(name, value)
        .tag("stage", stage)
        .tag("topic", topic)
        .strongReference(true)
        .register(registry);
  }

  /** Takes all of them away. */
  @Override
  public void close() {
    ofStage.forEach(registry::remove);
    ofTopics.values().forEach(gauges -> gauges.forEach(registry::remove));
    ofTopics.clear();
  }
}
