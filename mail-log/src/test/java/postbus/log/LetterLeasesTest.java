package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.LogSettings.Shape;
import postbus.log.Resolution.Resolved;
import postbus.mail.ContentRef;

/** Contents of letters wait for an operator. */
@Timeout(120)
class LetterLeasesTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Instant NOW = Instant.now();

  @TempDir Path folder;
  private final List<String> extended = new ArrayList<>();

  private final ContentLease lease =
      content -> {
        if (content.name().equals("gone")) {
          throw new UncheckedIOException(new IOException("no such file"));
        }
        extended.add(content.name());
      };

  @Test
  void whatNobodyHasLookedAfterKeepsItsContent() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine())) {
      String servers = broker.bootstrapServers();
      try (TopicCheck check = new TopicCheck(servers, Shape.ONE_MACHINE, WAIT)) {
        check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
      }
      try (var producer =
          new KafkaProducer<>(
              Map.<String, Object>of("bootstrap.servers", servers),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        put(producer, Topics.deadLetter("normal"), "too-old", LetterLeases.KEPT.plusHours(1));
        put(producer, Topics.deadLetter("normal"), "dead", Duration.ofDays(59));
        put(producer, Topics.QUARANTINE, "held", Duration.ofDays(13));
        put(producer, Topics.QUARANTINE, "gone", Duration.ZERO);
        long done = put(producer, Topics.QUARANTINE, "done", Duration.ZERO);
        drop(servers, new LetterId(LetterId.QUARANTINE, 0, done));
      }

      assertThat(new LetterLeases(LogAccess.open(servers), lease).extend(NOW)).isEqualTo(2);
      assertThat(extended).containsExactly("dead", "held");
    }
  }

  @Test
  void withoutTheLogItIsNotKnownWhatIsNeeded() {
    LetterLeases nowhere = new LetterLeases(LogAccess.open("nowhere.invalid:9"), lease);
    assertThatThrownBy(() -> nowhere.extend(NOW)).isInstanceOf(IOException.class);
  }

  private static long put(
      KafkaProducer<byte[], byte[]> producer, String topic, String content, Duration age)
      throws Exception {
    Mail mail = Mails.mail("x");
    Mail stored = new Mail(mail.envelope().storedAt(new ContentRef(content)), new byte[0]);
    var record = MailRecords.record(topic, "k", stored);
    return producer
        .send(
            new ProducerRecord<>(
                topic,
                0,
                NOW.minus(age).toEpochMilli(),
                "k".getBytes(UTF_8),
                record.value(),
                record.headers()))
        .get(60, TimeUnit.SECONDS)
        .offset();
  }

  private static void drop(String servers, LetterId id) throws IOException {
    try (Letters letters = new Letters(LogAccess.open(servers), WAIT, true);
        LetterDesk desk = LetterDesk.open(LogAccess.open(servers), WAIT)) {
      Letter letter = letters.find(id).orElseThrow();
      Operator jane = new Operator("jane", false);
      desk.record(List.of((Resolved) jane.drop(letter, LetterMark.NONE, "spam")));
      // What was committed is seen a moment later.
      await().atMost(WAIT).until(() -> letters.marks().containsKey(id));
    }
  }
}
