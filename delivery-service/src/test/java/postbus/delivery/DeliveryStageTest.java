package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.EventJson;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;

/** The stage between a real broker and a scripted server. */
@Timeout(90)
class DeliveryStageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] CONTENT =
      "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private EmbeddedBroker broker;
  private LogSettings log;
  private ContentStore store;
  private ScriptedSmtpServer server;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void startTheLog() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, Map.of());
    log = new LogSettings(broker.bootstrapServers(), "0", LogSettings.Shape.ONE_MACHINE);
    Site site = site();
    try (TopicCheck topics =
        new TopicCheck(broker.bootstrapServers(), log.shape(), Duration.ofSeconds(20))) {
      topics.createMissing(
          TopicCatalogue.of(log.shape(), site.pools().keySet(), site.schedule().delays()));
    }
    store = new ContentStore(folder.resolve("content"));
    server = ScriptedSmtpServer.start();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stopTheLog() {
    producer.close();
    server.close();
    broker.close();
  }

  @Test
  void mailsOfEachPoolLeaveAndTheRestIsTold() throws Exception {
    DeliveryStage stage = stage(Set.of());
    stage.start();
    try {
      await().atMost(LONG).until(stage::isReady);
      put("normal", envelope("normal", "a@x.org", "permfail@x.org", "tempfail@x.org"), CONTENT);
      put("bulk", envelope("bulk", "b@x.org"), CONTENT);
      List<ReceivedMail> received = server.awaitMails(2, LONG);
      assertThat(received)
          .extracting(mail -> mail.recipients().getFirst() + " " + mail.peer().getHostAddress())
          .containsExactlyInAnyOrder("a@x.org 127.0.0.1", "b@x.org 127.0.0.2");
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(events())
                  .contains(
                      "DELIVERED [a@x.org]",
                      "DELIVERED [b@x.org]",
                      "BOUNCED [permfail@x.org]",
                      "BOUNCE_WRITTEN [s@x.org]",
                      "DEFERRED [tempfail@x.org]"));
      assertThat(values(Topics.REINJECTED)).hasSize(1);
      // It comes back from its retry topic, is tried again, and alone.
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(events().stream().filter("DEFERRED [tempfail@x.org]"::equals))
                  .hasSizeGreaterThan(1));
      assertThat(server.mails()).hasSize(2);
      assertThat(server.violations()).isEmpty();
    } finally {
      stage.stop();
    }
  }

  @Test
  void aStoredContentIsStreamedAndRecordedOnce() throws Exception {
    Envelope envelope = envelope("normal", "a@x.org");
    byte[] large = "x".repeat(998).concat("\r\n").repeat(1000).getBytes(StandardCharsets.US_ASCII);
    ContentRef ref;
    try (ContentStore.Writer writer = store.begin(envelope.id())) {
      writer.write(large, 0, large.length);
      ref = writer.finish();
    }
    Body body = Body.of(large.length).storedAt(ref);
    DeliveryStage first = stage(Set.of("normal"));
    first.start();
    try {
      put("normal", envelope("normal", body, "a@x.org"), new byte[0]);
      assertThat(server.awaitMails(1, LONG).getFirst().content()).isEqualTo(large);
      await().atMost(LONG).untilAsserted(() -> assertThat(events()).hasSize(1));
    } finally {
      first.stop();
    }
    DeliveryStage second = stage(Set.of("normal"));
    second.start();
    try {
      await().atMost(LONG).until(second::isReady);
      put("normal", envelope("normal", "b@x.org"), CONTENT);
      await().atMost(LONG).untilAsserted(() -> assertThat(events()).hasSize(2));
      assertThat(server.mails()).hasSize(2);
    } finally {
      second.stop();
    }
  }

  @Test
  void aPoolThatTheSiteDoesNotHaveIsNoStart() {
    assertThatThrownBy(() -> stage(Set.of("fast")))
        .hasMessage("postbus.delivery.pools: expected some of [normal, bulk], found [fast]");
  }

  private DeliveryStage stage(Set<String> pools) {
    MailExchangers exchangers =
        domain ->
            new MailExchangers.Found(List.of(new Exchanger("localhost", 10, List.of("127.0.0.1"))));
    return new DeliveryStage(site(), log, store, pools, server.port(), exchangers);
  }

  private Site site() {
    Map<String, Site.Pool> pools = new LinkedHashMap<>();
    pools.put("normal", pool("normal", "127.0.0.1", Site.Tls.OPPORTUNISTIC));
    pools.put("bulk", pool("bulk", "127.0.0.2", Site.Tls.NEVER));
    return new Site(
        folder,
        "mchenry.wikimedia.org",
        Map.of(),
        Map.of(),
        Map.of(),
        pools,
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT,
        SessionLimits.DEFAULT,
        DeliveryLimits.DEFAULT,
        new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5)));
  }

  private static Site.Pool pool(String name, String source, Site.Tls tls) {
    return new Site.Pool(name, InetAddress.ofLiteral(source), name + ".wikimedia.org", tls);
  }

  private static Envelope envelope(String pool, String... to) {
    return envelope(pool, Body.of(CONTENT.length), to);
  }

  private static Envelope envelope(String pool, Body body, String... to) {
    return Envelope.begin(
            MailId.next(),
            ReversePath.of("s@x.org"),
            Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
            new Client("127.0.9.1", "client", "mx", false),
            body)
        .via(new Route(pool, "x.org", new NextHop.Exchangers("x.org")));
  }

  private void put(String pool, Envelope envelope, byte[] content) throws Exception {
    ProducerRecord<byte[], byte[]> lane =
        new ProducerRecord<>(
            Topics.sharedLane(pool), "x.org".getBytes(StandardCharsets.UTF_8), content);
    lane.headers().add("envelope", EnvelopeJson.write(envelope));
    producer.send(lane).get();
  }

  private List<String> events() throws Exception {
    List<String> events = new ArrayList<>();
    for (byte[] value : values(Topics.EVENTS)) {
      var event = EventJson.read(value);
      events.add(event.what() + " " + event.recipients());
    }
    return events;
  }

  private List<byte[]> values(String topic) throws IOException {
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
      List<byte[]> values = new ArrayList<>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(read -> values.add(read.value()));
      }
      return values;
    }
  }
}
