package postbus.log;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of one stage, each setting with its reason. */
final class StageClients {
  /** The bound of every call that waits for the broker. */
  static final Duration CALL_MAX = Duration.ofSeconds(10);

  private final LogSettings log;
  private final String group;
  private final Duration transactionTimeout;

  /**
   * @param group the consumer group; with the instance, also the transactional id
   */
  StageClients(LogSettings log, String group, Duration transactionTimeout) {
    this.log = log;
    this.group = group;
    this.transactionTimeout = transactionTimeout;
  }

  String group() {
    return group;
  }

  /** The stage's name in this process, by which its next life fences this one. */
  String slot() {
    return group + "-" + log.instance();
  }

  Admin admin() {
    return Admin.create(common());
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> of = common();
    of.put("group.id", group);
    // Static membership: the next life of this slot takes its partitions over at once.
    of.put("group.instance.id", slot());
    of.put("group.protocol", "classic");
    // Partitions that stay with their owner go on during a rebalance.
    of.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    of.put("isolation.level", "read_committed");
    // Offsets are committed by the writer's transactions, and positions set by hand.
    of.put("enable.auto.commit", false);
    of.put("auto.offset.reset", "none");
    of.put("allow.auto.create.topics", false);
    of.put("session.timeout.ms", 10_000);
    of.put("heartbeat.interval.ms", 1_000);
    // The polling thread waits for nothing but a revocation, which is shorter.
    of.put("max.poll.interval.ms", 60_000);
    // How soon a new topic that matches the pattern is found.
    of.put("metadata.max.age.ms", 3_000);
    // A partition that was paused, or of which something was left unpolled, is asked for again only
    // when the question about the others is answered; the default, 500 ms, costs three quarters of
    // the rate where one of several partitions is busy.
    of.put("fetch.max.wait.ms", 100);
    of.put("max.poll.records", 2_000);
    of.put("fetch.max.bytes", 8 << 20);
    of.put("max.partition.fetch.bytes", 1 << 20);
    return new KafkaConsumer<>(of, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> of = common();
    of.put("transactional.id", slot());
    of.put("transaction.timeout.ms", (int) transactionTimeout.toMillis());
    of.put("acks", "all");
    // A transaction is one request: the flush at its end sends all of it, and nothing before. Each
    // request more is one more look at the coordinator, and one more flush of every partition.
    of.put("linger.ms", 1_000);
    of.put("batch.size", 1 << 20);
    of.put("max.request.size", 16 << 20);
    // The next transaction meets the end of the one before; the default, 100 ms, costs nine tenths
    // of the rate. It doubles each time.
    of.put("retry.backoff.ms", 1);
    of.put("retry.backoff.max.ms", 500);
    // Together shorter than the transaction may last: what cannot be written is told as that, and
    // not as the loss of the transaction.
    of.put("request.timeout.ms", 5_000);
    of.put("delivery.timeout.ms", 6_000);
    of.put("max.block.ms", 3_000);
    return new KafkaProducer<>(of, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> common() {
    Map<String, Object> of = log.access().with(Map.of());
    of.put("client.id", slot());
    of.put("reconnect.backoff.max.ms", 500);
    of.put("enable.metrics.push", false);
    of.put("metric.reporters", "");
    return of;
  }
}
