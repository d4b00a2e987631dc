package postbus.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/** What policy has held back, as the log has it. */
final class Held implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<String> texts = new ArrayList<>();

  private Held(String bootstrapServers) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(Topics.QUARANTINE).stream()
            .map(partition -> new TopicPartition(Topics.QUARANTINE, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  static Held at(String bootstrapServers) {
    return new Held(bootstrapServers);
  }

  /** Holds one back, as a verdict does. */
  static void put(String bootstrapServers, MailId id, String text) throws Exception {
    byte[] content = text.getBytes(UTF_8);
    Envelope envelope =
        Envelope.begin(
                id,
                ReversePath.of("a@example.org"),
                List.of(Recipient.of(EmailAddress.of("jimbo@wikimedia.org"))),
                new Client(TestSite.OUTSIDER, "client.example.org", "mx", false),
                Body.of(content.length))
            .suspected();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(MailRecords.record(Topics.QUARANTINE, id.toString(), new Mail(envelope, content)))
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Up to now, with what a transaction is about to decide. */
  Arrivals arrivals() throws Exception {
    long begin = System.nanoTime();
    var asked = partitions.stream().collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()));
    var ends = admin.listOffsets(asked).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p).offset())) {
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
      consumer.poll(POLL).forEach(record -> texts.add(new String(record.value(), ISO_8859_1)));
    }
    return Arrivals.of(texts.stream());
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
