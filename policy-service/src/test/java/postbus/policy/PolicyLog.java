package postbus.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MailId;
import postbus.site.Schedule;

/** A real broker with all topics, for the tests of a class together. */
final class PolicyLog implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;

  PolicyLog(Path folder, Schedule schedule) throws Exception {
    broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
    LogSettings log = settings();
    try (TopicCheck topics = new TopicCheck(log.bootstrapServers(), log.shape(), WAIT)) {
      topics.createMissing(TopicCatalogue.of(log.shape(), Set.of("normal"), schedule.delays()));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", log.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  LogSettings settings() {
    return new LogSettings(broker.bootstrapServers(), "0", LogSettings.Shape.ONE_MACHINE);
  }

  /** A record of this time, under the mail's id. */
  void put(String topic, Envelope mail, byte[] content, Instant at) throws Exception {
    byte[] key = mail.id().toString().getBytes(UTF_8);
    var record = new ProducerRecord<>(topic, null, at.toEpochMilli(), key, content);
    record.headers().add("envelope", EnvelopeJson.write(mail));
    producer.send(record).get(WAIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** What happened to a mail, with the details. */
  List<String> events(MailId mail) throws Exception {
    List<String> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> line : records(Topics.EVENTS)) {
      Event event = EventJson.read(line.value());
      if (event.mail().equals(mail)) {
        events.add(event.what() + " " + event.detail());
      }
    }
    return events;
  }

  /** Those under a mail's id. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic, Envelope mail) {
    String id = mail.id().toString();
    return records(topic).stream()
        .filter(record -> new String(record.key(), UTF_8).equals(id))
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
      return all;
    }
  }

  @Override
  public void close() {
    producer.close();
    broker.close();
  }
}
