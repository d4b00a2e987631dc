package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.TopicSpec;
import postbus.log.Topics;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.HeaderEdits;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.site.Schedule;
import postbus.site.Site;

/** The stage on a real broker, with the oracle's site. */
@Timeout(120)
class RouterStageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Schedule SCHEDULE =
      new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5));
  private static final byte[] CONTENT =
      "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir static Path log;
  private static EmbeddedBroker broker;
  private static LogSettings settings;
  private static KafkaProducer<byte[], byte[]> producer;

  @TempDir Path folder;
  private OracleSite oracle;
  private RouterStage stage;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(log, 0, BrokerSettings.oneMachine());
    settings = new LogSettings(broker.bootstrapServers(), "0", LogSettings.Shape.ONE_MACHINE);
    try (TopicCheck topics =
        new TopicCheck(broker.bootstrapServers(), settings.shape(), Duration.ofSeconds(20))) {
      topics.createMissing(withSlot(settings));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopBroker() {
    producer.close();
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    oracle = OracleSite.in(Files.createDirectory(folder.resolve("site")));
    ContentStore store = new ContentFolder(folder.resolve("content"));
    Site site = quickly(oracle.site());
    stage = new RouterStage(oracle.router(), RouterStageTest::lane, site, settings, store);
    stage.start();
    await().atMost(LONG).until(stage::isReady);
  }

  @AfterEach
  void stop() {
    stage.stop();
    oracle.close();
  }

  @Test
  void eachRouteGetsItsRecordAndTheFailedAreBounced() throws Exception {
    Envelope mail =
        OracleSite.mail(
            "failed@example.net",
            "mx",
            "u@example.org",
            "v@example.org",
            "jimbo@wikimedia.org",
            "nobody@wikimedia.org",
            "nowhere@wikimedia.org");
    Envelope wiki = OracleSite.mail("wiki@wikimedia.org", "wiki-mail", "w@example.org");
    put(mail);
    put(wiki);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(events(mail.id()))
                .containsExactlyInAnyOrder(
                    "ROUTED [u@example.org, v@example.org] delivery.normal.shared: example.org",
                    "ROUTED [jimbo@wikimedia.org] delivery.local: mailbox",
                    "DISCARDED [nowhere@wikimedia.org] :blackhole:",
                    "BOUNCED [nobody@wikimedia.org] 550 5.1.1 Unrouteable address"));
    assertThat(records(Topics.sharedLane("normal"), mail.id().toString()))
        .singleElement()
        .satisfies(lane -> {
          assertThat(text(lane.key())).matches("example\\.org~[0-9a-f]{4}");
          assertThat(lane.value()).isEqualTo(CONTENT);
        });
    assertThat(records(Topics.LOCAL, mail.id().toString())).hasSize(1);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(events(wiki.id()))
                .containsExactly("ROUTED [w@example.org] delivery.bulk.shared: example.org"));
    // The report for the failed one goes to its sender by the same router.
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(records(Topics.sharedLane("normal"), "failed@example.net")).hasSize(2));
  }

  @Test
  void mailForASiteWithALaneOfItsOwnWaitsThereUnderItsId() throws Exception {
    Envelope mail = OracleSite.mail("s@example.net", "mx", "u@aonly.example.com", "v@example.org");
    put(mail);
    String id = mail.id().toString();
    await().atMost(LONG).until(() -> !records(Topics.slot("normal", 1), id).isEmpty());
    assertThat(records(Topics.slot("normal", 1), id))
        .singleElement()
        .satisfies(lane -> assertThat(text(lane.key())).isEqualTo(id));
    assertThat(events(mail.id()))
        .contains("ROUTED [u@aonly.example.com] delivery.normal.slot-01: aonly.example.com")
        .contains("ROUTED [v@example.org] delivery.normal.shared: example.org");
  }

  @Test
  void aDeferredRecipientComesBackAndNobodyGetsTheMailTwice() throws Exception {
    Envelope mail = OracleSite.mail("s@example.net", "mx", "mixed-defer@wikimedia.org");
    put(mail);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(events(mail.id()))
                .contains("ROUTING_DEFERRED [later@wikimedia.org] 450 4.2.1 mailbox is being moved")
                .contains("ROUTED [jimbo@wikimedia.org] delivery.local: mailbox"));
    Path aliases = folder.resolve("site/aliases/wikimedia.org");
    String moved = Files.readString(aliases).replaceFirst("(?m)^later: .*$", "later: jimbo, brion");
    Files.writeString(aliases, moved);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(events(mail.id()))
                .contains("ROUTED [brion@wikimedia.org] delivery.local: mailbox"));
    assertThat(records(Topics.LOCAL, mail.id().toString())).hasSize(2);
  }

  @Test
  void atTheEndOfItsLifetimeADeferredMailIsBounced() throws Exception {
    Envelope young = OracleSite.mail("s@example.net", "mx", "later@wikimedia.org");
    Envelope old =
        new Envelope(
            young.id(),
            young.reversePath(),
            young.recipients(),
            Instant.now().minus(Duration.ofDays(6)),
            young.client(),
            young.body(),
            HeaderEdits.NONE,
            Optional.empty(),
            7,
            false,
            Set.of(),
            MailParameters.NONE,
            List.of(),
            false,
            Map.of());
    put(old);
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(events(old.id()))
                .containsExactly(
                    "BOUNCED [later@wikimedia.org] 550 5.4.7 no route found within 5 days:"
                        + " mailbox is being moved"));
  }

  private static List<TopicSpec> withSlot(LogSettings log) {
    List<TopicSpec> all =
        new ArrayList<>(
            TopicCatalogue.of(log.shape(), Set.of("normal", "bulk"), SCHEDULE.delays()));
    TopicSpec shared =
        all.stream()
            .filter(topic -> topic.name().equals(Topics.sharedLane("normal")))
            .findFirst()
            .orElseThrow();
    all.add(
        new TopicSpec(
            Topics.slot("normal", 1),
            shared.partitions(),
            shared.replication(),
            shared.settings()));
    return all;
  }

  /** One site has been lent a slot. */
  private static String lane(String pool, String site) {
    return site.equals("aonly.example.com") ? Topics.slot(pool, 1) : Topics.sharedLane(pool);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static Site quickly(Site s) {
    return new Site(
        s.folder(),
        s.primaryHostname(),
        s.hostLists(),
        s.domainLists(),
        s.listeners(),
        s.pools(),
        s.routing(),
        s.pipes(),
        s.dns(),
        s.sessions(),
        s.delivery(),
        SCHEDULE);
  }

  private void put(Envelope envelope) throws Exception {
    ProducerRecord<byte[], byte[]> accepted =
        new ProducerRecord<>(
            Topics.ACCEPTED, envelope.id().toString().getBytes(StandardCharsets.UTF_8), CONTENT);
    accepted.headers().add("envelope", EnvelopeJson.write(envelope));
    producer.send(accepted).get();
  }

  private List<String> events(MailId mail) throws Exception {
    List<String> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> line : records(Topics.EVENTS)) {
      Event event = EventJson.read(line.value());
      if (event.mail().equals(mail)) {
        events.add(event.what() + " " + event.recipients() + " " + event.detail());
      }
    }
    return events;
  }

  /** Those whose envelope names a mail or an address. */
  private static List<ConsumerRecord<byte[], byte[]>> records(String topic, String named) {
    return records(topic).stream()
        .filter(record -> text(record.headers().lastHeader("envelope").value()).contains(named))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
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
