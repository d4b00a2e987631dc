package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.Mail;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/** A real broker that mails are taken into, and mails for it. */
final class IntakeLog implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final byte[] CONTENT = "Subject: x\r\n\r\nHello\r\n".getBytes(UTF_8);

  private final EmbeddedBroker broker;

  IntakeLog(Path folder) throws Exception {
    this(folder, settings("127.0.0.1:0"));
  }

  /** The same broker once more, at its former address. */
  IntakeLog(Path folder, LogSettings former) throws Exception {
    String address = former.bootstrapServers();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    broker = EmbeddedBroker.start(folder, port, BrokerSettings.oneMachine());
    try (TopicCheck check = new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, WAIT)) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
  }

  LogSettings settings() {
    return settings(broker.bootstrapServers());
  }

  static LogSettings settings(String servers) {
    return new LogSettings(servers, "test", Shape.ONE_MACHINE);
  }

  /** What a topic holds of a mail. */
  List<ConsumerRecord<String, byte[]>> records(String topic, Mail mail) {
    String id = mail.envelope().id().toString();
    return records(topic).stream().filter(record -> record.key().equals(id)).toList();
  }

  /** All that topics hold. */
  List<ConsumerRecord<String, byte[]>> records(String... topics) {
    List<TopicPartition> all =
        Stream.of(topics).map(topic -> new TopicPartition(topic, 0)).toList();
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(topic -> consumer.position(topic) < ends.get(topic))) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }

  static Mail mail(boolean trusted) {
    return new Mail(envelope(trusted, CONTENT.length), CONTENT);
  }

  /** A mail of an outsider that says it is of this size. */
  static Mail mail(int size) {
    return new Mail(envelope(false, size), CONTENT);
  }

  static Envelope envelope(boolean trusted, int size) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of("a@example.org"),
        List.of(Recipient.of(EmailAddress.of("b@wikimedia.org"))),
        new Client("127.0.9.1", "x.example", "mx", trusted),
        Body.of(size));
  }

  @Override
  public void close() {
    broker.close();
  }
}
