package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Schedule;

/** What becomes of mail that was taken unjudged, on a real broker; the verdict is the test's. */
@Timeout(90)
class PolicyStageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Schedule SCHEDULE =
      new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5));
  private static final byte[] CONTENT =
      "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Verdict SPAM =
      new Verdict.Refuse(SmtpReply.of(550, "5.7.1", "that is spam"));
  private static final Verdict LATER =
      new Verdict.Refuse(SmtpReply.of(451, "4.3.0", "the scanner is away"));

  @TempDir Path folder;
  private volatile Verdict verdict = new Verdict.Accept(List.of());
  private EmbeddedBroker broker;
  private KafkaProducer<byte[], byte[]> producer;
  private PolicyStage stage;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, Map.of());
    LogSettings log =
        new LogSettings(broker.bootstrapServers(), "0", LogSettings.Shape.ONE_MACHINE);
    try (TopicCheck topics =
        new TopicCheck(broker.bootstrapServers(), log.shape(), Duration.ofSeconds(20))) {
      topics.createMissing(TopicCatalogue.of(log.shape(), Set.of("normal"), SCHEDULE.delays()));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    Policy policy =
        new Policy(
            _ -> new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok")),
            List.of(new AddressExists()),
            List.of(_ -> verdict));
    ContentStore store = new ContentStore(folder.resolve("content"));
    stage = new PolicyStage(policy, SCHEDULE, log, store);
    stage.start();
    await().atMost(LONG).until(stage::isReady);
  }

  @AfterEach
  void stop() {
    stage.stop();
    producer.close();
    broker.close();
  }

  @Test
  void whatPassesGoesOnWithTheFieldsOfItsVerdict() throws Exception {
    verdict = new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "0.1")));
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "JUDGED accepted");
    assertThat(records(Topics.REINJECTED))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).asString().isEqualTo(mail.id().toString());
          assertThat(record.value()).isEqualTo(CONTENT);
          Envelope judged = EnvelopeJson.read(record.headers().lastHeader("envelope").value());
          assertThat(judged.added()).extracting(HeaderField::name).containsExactly("X-Spam-Score");
        });
    assertThat(records(Topics.QUARANTINE)).isEmpty();
  }

  @Test
  void whatIsSuspectGoesOnAndIsNeverBounced() throws Exception {
    verdict = new Verdict.Accept(List.of(), true);
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "JUDGED accepted, suspect");
    assertThat(records(Topics.REINJECTED))
        .singleElement()
        .satisfies(record ->
            assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
                .isEqualTo(mail.suspected()));
  }

  @Test
  void whatIsToBeHeldBackIsSoWithItsReasonAndAFreshLease() throws Exception {
    HeaderField virus = new HeaderField("X-Virus-Found", "Eicar");
    verdict = new Verdict.Quarantine("a virus: Eicar", List.of(virus));
    Path content = folder.resolve("content/kept");
    Instant old = Instant.now().minus(Duration.ofDays(10));
    Files.setLastModifiedTime(Files.write(content, CONTENT), FileTime.from(old));
    Envelope mail = unjudged(of(false, Instant.now()).storedAt(new ContentRef("kept")));
    awaitEvents(mail, "QUARANTINED a virus: Eicar");
    assertThat(records(Topics.QUARANTINE))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.headers().lastHeader("reason").value())
              .asString()
              .isEqualTo("a virus: Eicar");
          assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
              .isEqualTo(mail.adding(List.of(virus)).suspected());
        });
    assertThat(Files.getLastModifiedTime(content).toInstant())
        .isAfter(old.plus(Duration.ofDays(9)));
    assertThat(records(Topics.REINJECTED)).isEmpty();
  }

  @Test
  void whatIsRefusedTooLateIsHeldBackAndNobodyIsTold() throws Exception {
    verdict = SPAM;
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "QUARANTINED 550 5.7.1 that is spam");
    assertThat(records(Topics.QUARANTINE))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.value()).isEqualTo(CONTENT);
          assertThat(record.headers().lastHeader("reason").value())
              .asString()
              .isEqualTo("550 5.7.1 that is spam");
          assertThat(record.headers().lastHeader("origin").value())
              .asString()
              .isEqualTo(Topics.UNJUDGED);
          assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
              .isEqualTo(mail.suspected());
        });
    assertThat(records(Topics.REINJECTED)).isEmpty();
  }

  @Test
  void whatCannotBeJudgedNowIsJudgedLater() throws Exception {
    verdict = LATER;
    Envelope mail = unjudged(false, Instant.now());
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(events(mail.id())).contains("DEFERRED 451 4.3.0 the scanner is away"));
    verdict = new Verdict.Accept(List.of());
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(events(mail.id())).endsWith("JUDGED accepted"));
    assertThat(records(Topics.REINJECTED)).hasSize(1);
    assertThat(records(Topics.QUARANTINE)).isEmpty();
  }

  @Test
  void whatCannotBeJudgedInItsLifetimeIsHeldBack() throws Exception {
    verdict = LATER;
    Envelope mail = unjudged(false, Instant.now().minus(Duration.ofDays(6)));
    awaitEvents(mail, "QUARANTINED 451 4.3.0 the scanner is away");
    assertThat(records(Topics.QUARANTINE)).hasSize(1);
  }

  @Test
  void mailOfTrustedClientsPassesWhateverTheChecksWouldSay() throws Exception {
    verdict = SPAM;
    awaitEvents(unjudged(true, Instant.now()), "JUDGED accepted");
    assertThat(records(Topics.REINJECTED)).hasSize(1);
  }

  private Envelope unjudged(boolean trusted, Instant receivedAt) throws Exception {
    return unjudged(of(trusted, receivedAt));
  }

  private static Envelope of(boolean trusted, Instant receivedAt) {
    return new Envelope(
        MailId.next(),
        ReversePath.of("a@example.org"),
        List.of(Recipient.of(EmailAddress.of("mark@wikimedia.org"))),
        receivedAt,
        new Client("127.0.9.1", "out.example", "mx", trusted),
        Body.of(CONTENT.length),
        HeaderEdits.NONE,
        Optional.empty(),
        0,
        false,
        Set.of(),
        MailParameters.NONE,
        List.of(),
        false,
        Map.of());
  }

  private Envelope unjudged(Envelope mail) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.UNJUDGED, mail.id().toString().getBytes(StandardCharsets.UTF_8), CONTENT);
    record.headers().add("envelope", EnvelopeJson.write(mail));
    producer.send(record).get();
    return EnvelopeJson.read(EnvelopeJson.write(mail));
  }

  private void awaitEvents(Envelope mail, String... all) {
    await().atMost(LONG).untilAsserted(() -> assertThat(events(mail.id())).containsExactly(all));
  }

  private List<String> events(MailId mail) throws Exception {
    List<String> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> line : records(Topics.EVENTS)) {
      Event event = EventJson.read(line.value());
      if (event.mail().equals(mail)) {
        events.add(event.what() + " " + event.detail());
      }
    }
    return events;
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
}
