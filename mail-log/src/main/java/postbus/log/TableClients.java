package postbus.log;

import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The Kafka clients of a {@link LogTable}, each setting with its reason. */
final class TableClients {
  private final LogSettings log;
  private final String topic;

  TableClients(LogSettings log, String topic) {
    this.log = log;
    this.topic = topic;
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> of = common();
    // Every process reads all of it: no group, and positions set by hand.
    of.put("enable.auto.commit", false);
    of.put("auto.offset.reset", "none");
    of.put("allow.auto.create.topics", false);
    return new KafkaConsumer<>(of, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> of = common();
    of.put("acks", "all");
    // States of many sites are written at once.
    of.put("linger.ms", 5);
    // A value that is late is of little use: its writer writes the next one.
    of.put("delivery.timeout.ms", 10_000);
    of.put("request.timeout.ms", 5_000);
    of.put("max.block.ms", 5_000);
    return new KafkaProducer<>(of, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> common() {
    Map<String, Object> of = log.access().with(Map.of());
    of.put("client.id", topic + "-" + log.instance());
    of.put("reconnect.backoff.max.ms", 500);
    of.put("enable.metrics.push", false);
    of.put("metric.reporters", "");
    return of;
  }
}
