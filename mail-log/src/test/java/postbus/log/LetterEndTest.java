package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.LogSettings.Shape;
import postbus.log.Resolution.Resolved;

/** What waits for an operator in vain leaves the quarantine; what is done with leaves the log. */
@Timeout(120)
class LetterEndTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration KEEP = Duration.ofDays(30);
  private static final Instant NOW = Instant.now();
  private static final Operator JANE = new Operator("jane", false);

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static String servers;
  private static KafkaProducer<byte[], byte[]> producer;

  /** A kill, as far as the log can see it. */
  private static final class Kill extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
    servers = broker.bootstrapServers();
    try (TopicCheck check = new TopicCheck(servers, Shape.ONE_MACHINE, WAIT)) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close(Duration.ZERO);
    broker.close();
  }

  @Test
  void whatNobodyLooksAfterIsDroppedOnceWhoeverDoesIt() throws Exception {
    LetterId over = put(Topics.QUARANTINE, KEEP.plusHours(1));
    LetterId released = put(Topics.QUARANTINE, KEEP.plusHours(1));
    LetterId young = put(Topics.QUARANTINE, KEEP.minusHours(1));
    LetterId dead = put(Topics.deadLetter("router"), KEEP.multipliedBy(12));
    operatorDoes(released, true);

    assertThat(end(Faults.NONE).drop(NOW)).isEqualTo(1);
    assertThat(end(Faults.NONE).drop(NOW)).isZero();

    assertThat(marks().get(over).last())
        .hasValueSatisfying(step -> {
          assertThat(step.what()).isEqualTo(LetterMark.What.DROPPED);
          assertThat(step.by()).isEqualTo("policy-service");
          assertThat(step.why()).isEqualTo("nobody looked after it for 30 days");
        });
    assertThat(marks()).doesNotContainKeys(young, dead);
    assertThat(drops(over))
        .singleElement()
        .asString()
        .contains("\"policy-service\"", " by policy-service: nobody looked after it");
    assertThat(drops(released)).isEmpty();

    assertThat(end(Faults.NONE).drop(NOW.plus(Duration.ofHours(2)))).isEqualTo(1);
    assertThat(drops(young)).hasSize(1);
  }

  @Test
  void oneWhoIsKilledLeavesItToTheNext() throws Exception {
    LetterId over = put(Topics.QUARANTINE, KEEP.plusHours(1));
    Faults before =
        new Faults() {
          @Override
          public void beforeCommit() {
            throw new Kill();
          }
        };
    assertThatThrownBy(() -> end(before).drop(NOW)).isInstanceOf(Kill.class);
    assertThat(drops(over)).isEmpty();

    assertThat(end(Faults.NONE).drop(NOW)).isEqualTo(1);
    assertThat(drops(over)).hasSize(1);
  }

  @Test
  void oneWhoIsKilledAfterTheEndHasDoneIt() throws Exception {
    LetterId over = put(Topics.QUARANTINE, KEEP.plusHours(1));
    Faults after =
        new Faults() {
          @Override
          public void afterCommit() {
            throw new Kill();
          }
        };
    assertThatThrownBy(() -> end(after).drop(NOW)).isInstanceOf(Kill.class);

    assertThat(end(Faults.NONE).drop(NOW)).isZero();
    assertThat(drops(over)).hasSize(1);
    assertThat(marks()).containsKey(over);
  }

  @Test
  void whatIsDoneWithIsDeletedAfterTheReplayWindowAndNothingElse() throws Exception {
    LetterId done = put(Topics.QUARANTINE, Duration.ofDays(9));
    LetterId replayed = put(Topics.deadLetter("normal"), Duration.ofDays(9));
    LetterId waits = put(Topics.deadLetter("normal"), LetterTrim.OLD.plusDays(1));
    LetterId behind = put(Topics.deadLetter("normal"), Duration.ofDays(9));
    for (LetterId letter : List.of(done, replayed, behind)) {
      operatorDoes(letter, false);
    }
    LetterTrim trim = new LetterTrim(LogAccess.open(servers), Duration.ofDays(1));

    assertThat(trim.trim(NOW.plus(Duration.ofHours(23)))).isZero();
    assertThat(find(done)).isTrue();

    assertThat(trim.trim(NOW.plus(Duration.ofHours(25)))).isGreaterThanOrEqualTo(2);
    assertThat(find(done)).isFalse();
    assertThat(find(replayed)).isFalse();
    assertThat(find(waits)).isTrue();
    assertThat(find(behind)).isTrue();
    assertThat(marks()).containsKey(behind).doesNotContainKeys(done, replayed);

    operatorDoes(waits, false);
    assertThat(trim.trim(NOW.plus(Duration.ofHours(49)))).isEqualTo(2);
    assertThat(marks()).doesNotContainKeys(waits, behind);
  }

  @Test
  void withoutTheLogNothingHappens() {
    assertThatThrownBy(() -> new LetterTrim(LogAccess.open("nowhere.invalid:9")).trim(NOW))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> new QuarantineEnd(LogAccess.open("nowhere.invalid:9"), "x", KEEP).drop(NOW))
        .isInstanceOf(IOException.class);
  }

  private static QuarantineEnd end(Faults faults) {
    return new QuarantineEnd(LogAccess.open(servers), "policy-service", KEEP, faults);
  }

  private static LetterId put(String topic, Duration age) throws Exception {
    var record = MailRecords.record(topic, "k", Mails.mail("x"));
    record.headers().add(MailRecords.ORIGIN, Topics.ACCEPTED.getBytes(UTF_8));
    long at = NOW.minus(age).toEpochMilli();
    var aged = new ProducerRecord<>(topic, 0, at, record.key(), record.value(), record.headers());
    long offset = producer.send(aged).get(60, TimeUnit.SECONDS).offset();
    String stage = topic.substring(topic.lastIndexOf('.') + 1);
    return new LetterId(stage, 0, offset);
  }

  private static void operatorDoes(LetterId id, boolean release) throws IOException {
    try (Letters letters = new Letters(LogAccess.open(servers), WAIT, true);
        LetterDesk desk = LetterDesk.open(LogAccess.open(servers), WAIT)) {
      Letter letter = letters.find(id).orElseThrow();
      Destinations destinations = new Destinations(letters.topics(), _ -> {});
      Resolution wish =
          release
              ? JANE.release(letter, LetterMark.NONE, destinations, List.of())
              : JANE.drop(letter, LetterMark.NONE, "spam");
      assertThat(desk.record(List.of((Resolved) wish)).stopped()).isEmpty();
    }
    settle();
  }

  private static boolean find(LetterId id) throws IOException {
    try (Letters letters = new Letters(LogAccess.open(servers), WAIT, false)) {
      return letters.find(id).isPresent();
    }
  }

  /** Returns when everybody can read what was committed before. */
  private static void settle() throws IOException {
    LetterDesk.open(LogAccess.open(servers), WAIT).close();
  }

  private static Map<LetterId, LetterMark> marks() throws IOException {
    settle();
    try (Letters letters = new Letters(LogAccess.open(servers), WAIT, false)) {
      return letters.marks();
    }
  }

  /** The events that say that it was dropped, as JSON. */
  private static List<String> drops(LetterId letter) throws IOException {
    settle();
    TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
    List<String> events = new ArrayList<>();
    Map<String, Object> to =
        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(to, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(500))
            .forEach(record -> events.add(new String(record.value(), UTF_8)));
      }
    }
    events.removeIf(event -> !event.contains("\"DROPPED\"") || !event.contains(letter + " by"));
    return events;
  }
}
