package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import postbus.broker.EmbeddedBroker;
import postbus.mail.ContentRef;

/** A real broker, and what a test puts into it and finds in it. */
final class StageRig implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(60);

  private static final Map<String, String> SETTINGS =
      Map.of(
          // It is never killed: on a machine that is busy for seconds it is there all the same.
          "broker.session.timeout.ms", "20000",
          "group.initial.rebalance.delay.ms", "0",
          "offsets.topic.num.partitions", "1",
          "transaction.state.log.num.partitions", "1");

  private final Path folder;
  private final int port;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Runnable> stages = new ArrayList<>();
  private final Map<String, String> settings = new java.util.HashMap<>(SETTINGS);
  private EmbeddedBroker broker;
  private ContentLease lease = StageRig::extend;

  StageRig() {
    this(Map.of());
  }

  StageRig(Map<String, String> more) {
    settings.putAll(more);
    // A thread that dies on purpose is no failure of the test.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
    try {
      folder = Files.createTempDirectory("stage");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    broker = EmbeddedBroker.start(folder, 0, settings);
    String address = broker.bootstrapServers();
    port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    admin = Admin.create(Map.of("bootstrap.servers", address));
    producer = producer(Map.of());
    create(Topics.EVENTS, 1);
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> of = new java.util.HashMap<>(settings);
    of.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(of, new ByteArraySerializer(), new ByteArraySerializer());
  }

  LogSettings log(String instance) {
    return new LogSettings(broker.bootstrapServers(), instance, LogSettings.Shape.ONE_MACHINE);
  }

  /** The usual settings, with short waits. */
  static StageSettings settings(String name, Inputs inputs) {
    return StageSettings.of(name, inputs)
        .waiting(Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(200));
  }

  Stage start(StageSettings settings, String instance, StageWork work) {
    return start(settings, instance, work, Faults.NONE);
  }

  Stage start(StageSettings settings, String instance, StageWork work, Faults faults) {
    Stage stage =
        new Stage(
            settings, settings.name(), log(instance), lease, RecordWork.of(work), faults, null);
    stages.add(stage::close);
    stage.start();
    return stage;
  }

  RetryMover startMover(StageSettings settings) {
    return startMover(settings, null, Faults.NONE);
  }

  RetryMover startMover(StageSettings settings, RetryMover.@Nullable Moves moves, Faults faults) {
    RetryMover mover = new RetryMover(settings, log("0"), lease, moves, faults);
    stages.add(mover::close);
    mover.start();
    return mover;
  }

  /** For stages that start from now on, instead of {@link #extend}. */
  void lease(ContentLease other) {
    lease = other;
  }

  /** A content of the name {@code gone} is not in the store, that of {@code away} not now. */
  private static void extend(ContentRef content) {
    switch (content.name()) {
      case "away" -> throw new UncheckedIOException(away());
      case "gone" -> throw new UncheckedIOException(new NoSuchFileException(content.name()));
      default -> {}
    }
  }

  static ContentsAway away() {
    return new ContentsAway("the bucket does not answer", new IOException("read"));
  }

  static void awaitReady(Stage stage) {
    await().atMost(SOON).until(stage::isReady);
  }

  static void awaitReady(RetryMover mover) {
    await().atMost(SOON).until(mover::isReady);
  }

  void create(String topic, int partitions) {
    get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all());
  }

  void delete(String topic) {
    get(admin.deleteTopics(List.of(topic)).all());
    await()
        .atMost(SOON)
        .until(() -> {
          try {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return false;
          } catch (ExecutionException e) {
            return e.getCause() instanceof UnknownTopicOrPartitionException;
          }
        });
  }

  void trim(String topic, long before) {
    TopicPartition first = new TopicPartition(topic, 0);
    get(admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(before))).all());
  }

  void commit(String group, String topic, OffsetAndMetadata offset) {
    get(admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), offset)).all());
  }

  /** The note of the group's commit for the topic's first partition. */
  OffsetNote note(String group, String topic) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    OffsetAndMetadata commit = committed.get(new TopicPartition(topic, 0));
    return commit == null ? OffsetNote.NONE : OffsetNote.parse(commit.metadata(), commit.offset());
  }

  /** Before this offset of the topic's first partition, all that was taken is done. */
  long doneBelow(String group, String topic) {
    OffsetAndMetadata commit =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
            .get(new TopicPartition(topic, 0));
    return commit == null || note(group, topic).unfinished().length > 0 ? 0 : commit.offset();
  }

  /** Puts mails with these contents into a partition. */
  void put(String topic, int partition, String... contents) {
    for (String content : contents) {
      ProducerRecord<byte[], byte[]> plain =
          MailRecords.record(topic, content, Mails.mail(content));
      put(new ProducerRecord<>(topic, partition, plain.key(), plain.value(), plain.headers()));
    }
    producer.flush();
  }

  void put(ProducerRecord<byte[], byte[]> record) {
    var _ = producer.send(record);
  }

  /** All that a reader of committed records sees in a topic, in the order of partitions. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return TopicRecords.committed(broker.bootstrapServers(), topic);
  }

  List<String> contents(String topic) {
    return records(topic).stream().map(r -> new String(r.value(), UTF_8)).toList();
  }

  /** Waits until exactly these contents, in any order, are in the topic. */
  void awaitContents(String topic, String... expected) {
    List<String> sorted = Stream.of(expected).sorted().toList();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            org.assertj.core.api.Assertions.assertThat(contents(topic).stream().sorted().toList())
                .isEqualTo(sorted));
  }

  void stopBroker() {
    broker.close();
  }

  void startBroker() {
    broker = EmbeddedBroker.start(folder, port, settings);
  }

  /** Closes the stages of one test. */
  void closeStages() {
    stages.reversed().forEach(Runnable::run);
    stages.clear();
  }

  @Override
  public void close() {
    closeStages();
    producer.close(Duration.ofSeconds(1));
    admin.close(Duration.ofSeconds(1));
    broker.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get(60, java.util.concurrent.TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
