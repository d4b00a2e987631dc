package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.MalformedRecord;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;

/** A broker with dead letters in it, as stages write them. */
final class LetterRig implements AutoCloseable {
  static final String LANE = Topics.sharedLane("normal");

  private static final byte[] CONTENT = "Subject: late\r\n\r\nThe body.\r\n".getBytes(UTF_8);

  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;

  LetterRig(Path folder) throws Exception {
    broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
    try (TopicCheck check =
        new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, Duration.ofSeconds(20))) {
      check.createMissing(
          TopicCatalogue.of(
              Shape.ONE_MACHINE, Set.of("normal", "bulk"), List.of(Duration.ofMinutes(5))));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  String servers() {
    return broker.bootstrapServers();
  }

  /** A mail that came ten days ago, from the null sender unless it says otherwise. */
  static Envelope mail(String sender, String... to) {
    return Envelope.begin(
            MailId.next(),
            sender.isEmpty()
                ? new ReversePath.Null()
                : new ReversePath.Address(EmailAddress.of(sender)),
            Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
            new Client("127.0.0.1", "client.example", "mx", true),
            new Body(CONTENT.length, false, false, Optional.empty()))
        .replayed(Instant.now().minus(Duration.ofDays(10)));
  }

  /** The same mail on its way to gateway.example. */
  static Envelope routed(Envelope mail) {
    return mail.via(new Route("normal", "gateway.example", new NextHop.Mailbox())).attempted();
  }

  /** The same mail with its content in a store. */
  static Envelope stored(Envelope mail, String name) {
    return mail.storedAt(new ContentRef(name));
  }

  /** Makes a mail a dead letter, and returns the letter's id. */
  String dead(String stage, String origin, String key, Envelope mail, String reason) {
    var letter = MailRecords.record(Topics.deadLetter(stage), key, new Mail(mail, CONTENT));
    return dead(stage, letter, origin, reason);
  }

  /** Makes something that is no mail a dead letter. */
  String garbage(String stage, String origin, String envelope, String reason) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(MailRecords.ENVELOPE, envelope.getBytes(UTF_8));
    byte[] key = "key".getBytes(UTF_8);
    return dead(
        stage,
        new ProducerRecord<>(Topics.deadLetter(stage), null, key, CONTENT, headers),
        origin,
        reason);
  }

  /** Puts a mail into quarantine as the ingress does, and returns its id there. */
  String held(Envelope mail, String reason) {
    var letter =
        MailRecords.record(Topics.QUARANTINE, mail.id().toString(), new Mail(mail, CONTENT));
    letter.headers().add(MailRecords.REASON, reason.getBytes(UTF_8));
    return "quarantine:0:" + offset(letter);
  }

  private String dead(
      String stage, ProducerRecord<byte[], byte[]> letter, String origin, String reason) {
    letter.headers().add(MailRecords.REASON, reason.getBytes(UTF_8));
    if (!origin.isEmpty()) {
      letter.headers().add(MailRecords.ORIGIN, origin.getBytes(UTF_8));
    }
    letter.headers().add(MailRecords.ORIGIN_PARTITION, "0".getBytes(UTF_8));
    letter.headers().add(MailRecords.ORIGIN_OFFSET, "42".getBytes(UTF_8));
    letter.headers().add(MailRecords.ATTEMPTS, "3".getBytes(UTF_8));
    return stage + ":0:" + offset(letter);
  }

  private long offset(ProducerRecord<byte[], byte[]> letter) {
    try {
      return producer.send(letter).get(60, TimeUnit.SECONDS).offset();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything that lies in a topic, once what is there now is committed or aborted. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var all = consumer("read_uncommitted");
        var consumer = consumer("read_committed")) {
      long end = all.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(500)).forEach(records::add);
      }
    }
    return records;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", servers(), "isolation.level", isolation),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Those in a topic that are this mail. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic, Envelope mail) {
    return records(topic).stream().filter(record -> id(record).equals(mail.id())).toList();
  }

  private static MailId id(ConsumerRecord<byte[], byte[]> record) {
    return envelope(record).map(Envelope::id).orElse(new MailId(0, 0));
  }

  static Optional<Envelope> envelope(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(MailRecords.mail(record).envelope());
    } catch (MalformedRecord _) {
      return Optional.empty();
    }
  }

  /** Runs {@code ./postbus dead-letter …} with this log. */
  Ran run(String... args) {
    return run(List.of("dead-letter"), args);
  }

  /** Runs {@code ./postbus quarantine …} with this log. */
  Ran quarantine(String... args) {
    return run(List.of("quarantine"), args);
  }

  private Ran run(List<String> command, String... args) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(args));
    all.addAll(List.of("--kafka", servers()));
    return Ran.postbus(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    broker.close();
  }
}
