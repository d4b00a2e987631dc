package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.LetterDesk.Fate;
import postbus.log.LetterDesk.Recorded;
import postbus.log.LogSettings.Shape;
import postbus.log.Resolution.Resolved;

/** What an operator records is there whole or not at all, whatever happens to him. */
@Timeout(120)
class LetterDeskTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Operator JANE = new Operator("jane", false);

  @TempDir static Path folder;
  private static EmbeddedBroker broker;

  /** A kill, as far as the log can see it. */
  private static final class Kill extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("log"), 0, BrokerSettings.oneMachine());
    try (TopicCheck check =
        new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, Duration.ofSeconds(20))) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void oneWhoIsKilledBeforeTheEndHasDoneNothing() throws Exception {
    Letter letter = dead();
    Faults kill =
        new Faults() {
          @Override
          public void beforeCommit() {
            throw new Kill();
          }
        };
    LetterDesk killed = LetterDesk.open(LogAccess.open(broker.bootstrapServers()), WAIT, kill);
    assertThatThrownBy(() -> killed.record(List.of(replay(letter)))).isInstanceOf(Kill.class);

    try (LetterDesk next = open()) {
      assertThat(marks()).doesNotContainKey(letter.id());
      assertThat(next.record(List.of(replay(letter)))).isEqualTo(new Recorded(Fate.RECORDED, ""));
    }
    killed.close();
    assertThat(replayed(letter)).isEqualTo(1);
  }

  @Test
  void oneWhoHearsNothingAfterTheEndHasDoneIt() throws Exception {
    Letter letter = dead();
    Faults deaf =
        new Faults() {
          @Override
          public void afterCommit() {
            throw new TimeoutException("no answer");
          }
        };
    try (LetterDesk desk = LetterDesk.open(LogAccess.open(broker.bootstrapServers()), WAIT, deaf)) {
      Recorded end = desk.record(List.of(replay(letter)));

      assertThat(end.fate()).isEqualTo(Fate.RECORDED);
      assertThat(end.stopped()).startsWith("no answer from the log at ");
    }
    assertThat(replayed(letter)).isEqualTo(1);
  }

  @Test
  void whoeverComesNextShutsTheFirstOneOut() throws Exception {
    Letter letter = dead();
    Letter other = dead();
    try (LetterDesk first = open()) {
      assertThat(first.record(List.of(replay(other))).stopped()).isEmpty();
      try (LetterDesk second = open()) {
        assertThat(marks()).containsKey(other.id());

        Recorded end = first.record(List.of(replay(letter)));

        assertThat(end.fate()).isEqualTo(Fate.NOT_RECORDED);
        assertThat(end.stopped())
            .isEqualTo("another operator has begun to work on dead letters or quarantine");
        assertThat(marks()).doesNotContainKey(letter.id());
        assertThat(second.record(List.of(replay(letter))).stopped()).isEmpty();
      }
    }
    assertThat(replayed(letter)).isEqualTo(1);
    assertThat(replayed(other)).isEqualTo(1);
  }

  @Test
  void aMarkThatCannotBeReadKeepsItsLetterFromBeingReplayed() throws Exception {
    Letter letter = dead();
    try (var producer = producer()) {
      byte[] key = letter.id().toString().getBytes(UTF_8);
      producer.send(new ProducerRecord<>(Topics.MARKS, key, new byte[] {'{'})).get();
    }

    assertThat(marks().getOrDefault(letter.id(), LetterMark.NONE).isDone()).isTrue();
  }

  private static LetterDesk open() throws LogUnreachable {
    return LetterDesk.open(LogAccess.open(broker.bootstrapServers()), WAIT);
  }

  private static Resolved replay(Letter letter) throws Exception {
    try (Letters letters = new Letters(LogAccess.open(broker.bootstrapServers()), WAIT, false)) {
      Destinations destinations = new Destinations(letters.topics(), _ -> {});
      return (Resolved) JANE.replay(letter, LetterMark.NONE, destinations);
    }
  }

  private static Map<LetterId, LetterMark> marks() throws Exception {
    try (Letters letters = new Letters(LogAccess.open(broker.bootstrapServers()), WAIT, false)) {
      return letters.marks();
    }
  }

  /** A letter of the router, as it is read. */
  private static Letter dead() throws Exception {
    var record = MailRecords.record(Topics.deadLetter("router"), "k", Mails.mail("x"));
    record.headers().add(MailRecords.ORIGIN, Topics.ACCEPTED.getBytes(UTF_8));
    try (var producer = producer();
        Letters letters = new Letters(LogAccess.open(broker.bootstrapServers()), WAIT, true)) {
      long offset = producer.send(record).get(60, TimeUnit.SECONDS).offset();
      return letters.find(new LetterId("router", 0, offset)).orElseThrow();
    }
  }

  /** How often, once nothing is under way any more. */
  private static long replayed(Letter letter) throws Exception {
    TopicPartition partition = new TopicPartition(Topics.ACCEPTED, 0);
    long count = 0;
    try (var all = consumer("read_uncommitted");
        var consumer = consumer("read_committed")) {
      long end = all.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          String from = MailRecords.header(record, Letter.REPLAYED_FROM);
          count += letter.id().toString().equals(from) ? 1 : 0;
        }
      }
    }
    return count;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", isolation),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
