package postbus.bench;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import postbus.delivery.DeliveryStage;
import postbus.log.Topics;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MalformedRecord;

/**
 * How long after the reply to its final dot a mail's outcome is recorded: from when the destination
 * begins to write that reply until a reader of committed records has the event in hand. Longer by
 * the way of both than what the deliverer sees.
 */
final class Recorded {
  private static final int SITES = 5;
  private static final int WARM_UP = 30_000;
  private static final int BACKLOG = 20_000;
  private static final Duration PACED = Duration.ofSeconds(Integer.getInteger("seconds", 10));

  /** What the deliverer itself says of the last few seconds. */
  private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();

  private static final MeterFilter PERCENTILES =
      new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(
            Meter.Id id, DistributionStatisticConfig config) {
          return DistributionStatisticConfig.builder()
              .percentiles(0.5, 0.99)
              .expiry(PACED)
              .bufferLength(1)
              .build()
              .merge(config);
        }
      };

  private final Map<Integer, Long> seen = new ConcurrentHashMap<>();
  private volatile boolean isOver;

  public static void main(String[] arguments) throws Exception {
    Deliveries.head("Recorded");
    Metrics.addRegistry(METERS);
    METERS.config().meterFilter(PERCENTILES);
    new Recorded().run();
    System.exit(0);
  }

  private void run() throws Exception {
    try (DeliveryRig rig = new DeliveryRig();
        Deliveries deliveries = new Deliveries(SITES)) {
      DeliveryStage stage = rig.deliverer("0");
      Thread reader = Thread.ofPlatform().start(() -> read(rig.bootstrapServers()));
      deliveries.serve(rig, WARM_UP);
      deliveries.serve(rig, BACKLOG);
      show("a backlog", deliveries, BACKLOG);
      for (int rate : new int[] {100, 500, 1_000, 2_000}) {
        show("%,d mails a second".formatted(rate), deliveries, paced(rig, deliveries, rate));
      }
      isOver = true;
      reader.join();
      stage.stop();
    }
  }

  /** Puts them one by one, in time. */
  private static int paced(DeliveryRig rig, Deliveries deliveries, int rate) {
    int count = Math.toIntExact(rate * PACED.toSeconds());
    long begun = System.nanoTime();
    for (int sent = 0; sent < count; ) {
      int due = (int) Math.min(count, (System.nanoTime() - begun) * rate / 1_000_000_000 + 1);
      for (; sent < due; sent++) {
        deliveries.putOne(rig, DeliveryRig.SHARED, sent);
      }
      Waits.pause(Duration.ofMillis(1));
    }
    rig.flush();
    deliveries.await(count);
    return count;
  }

  private void show(String load, Deliveries deliveries, int count) throws IOException {
    List<Deliveries.Reply> replies = deliveries.last(count);
    Deliveries.until(
        Duration.ofSeconds(20),
        () -> replies.stream().allMatch(reply -> seen.containsKey(reply.number())));
    List<Double> millis = new ArrayList<>();
    replies.forEach(
        reply -> millis.add((seen.getOrDefault(reply.number(), 0L) - reply.micros()) / 1e3));
    millis.sort(null);
    System.out.printf(
        "| %s | %,.0f | %.1f | %.1f | %.1f | %.1f | %s | %s |%n",
        load,
        Deliveries.rate(replies),
        millis.get(count / 2),
        millis.get(count * 9 / 10),
        millis.get(count * 99 / 100),
        millis.getLast(),
        timed("postbus.stage.recording"),
        timed("postbus.stage.transaction", "end", "committed"));
  }

  /** The median and the 99th percentile of a timer, in ms. */
  private static String timed(String name, String... tags) {
    Timer timer = METERS.get(name).tag("stage", DeliveryRig.POOL).tags(tags).timer();
    ValueAtPercentile[] values = timer.takeSnapshot().percentileValues();
    return "%.1f / %.1f"
        .formatted(values[0].value(TimeUnit.MILLISECONDS), values[1].value(TimeUnit.MILLISECONDS));
  }

  private void read(String bootstrapServers) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> events = List.of(new TopicPartition(Topics.EVENTS, 0));
      consumer.assign(events);
      consumer.seekToBeginning(events);
      while (!isOver) {
        var records = consumer.poll(Duration.ofMillis(100));
        long now = Deliveries.micros();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Event event = EventJson.read(record.value());
          if (event.what() == Event.What.DELIVERED) {
            String to = event.recipients().getFirst();
            seen.put(Integer.parseInt(to, 1, to.indexOf('@'), 10), now);
          }
        }
      }
    } catch (MalformedRecord e) {
      throw new IllegalStateException(e);
    }
  }
}
