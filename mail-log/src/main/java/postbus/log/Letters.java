package postbus.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads letters and their marks, as far as they are committed, up to those that were there when a
 * reading began. It holds no letter, so that their number does not matter.
 */
public final class Letters implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final LogAccess log;
  private final Duration wait;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Takes letters as they are read. */
  public interface Reader {
    void take(Letter letter) throws IOException;
  }

  /** Looks at letters as they are read, and says where to stop. */
  interface Passing {
    /** Whether the letters behind this one are to be read, too. */
    boolean passes(Letter letter) throws IOException;
  }

  private interface RecordReader {
    /** Whether it wants more. */
    boolean take(ConsumerRecord<byte[], byte[]> record) throws IOException;
  }

  /**
   * Connects on first use.
   *
   * @param contents whether letters have their contents, or are read without
   * @param wait for each answer of the log
   */
  public Letters(LogAccess log, Duration wait, boolean contents) throws LogUnreachable {
    this.log = log;
    this.wait = wait;
    int millis = Math.toIntExact(wait.toMillis());
    Map<String, Object> settings = log.with(Map.of());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("allow.auto.create.topics", false);
    settings.put("auto.offset.reset", "none");
    settings.put("request.timeout.ms", millis);
    settings.put("default.api.timeout.ms", millis);
    settings.put("fetch.max.bytes", 16 << 20);
    try {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new LetterValues(contents));
    } catch (KafkaException refused) {
      throw LogUnreachable.of(log, refused);
    }
  }

  /** All topics of the log. */
  public Set<String> topics() throws LogUnreachable {
    try {
      return consumer.listTopics(wait).keySet();
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /** The stages that have a topic for dead letters, in the order of their names. */
  public List<String> stages() throws LogUnreachable {
    String prefix = Topics.deadLetter("");
    return topics().stream()
        .filter(topic -> topic.startsWith(prefix) && !topic.equals(Topics.MARKS))
        .map(topic -> topic.substring(prefix.length()))
        .sorted()
        .toList();
  }

  /** Hands on a stage's letters of {@code since} or later, each partition's in order. */
  public void read(String stage, Instant since, Reader reader) throws IOException {
    try {
      List<TopicPartition> partitions = partitions(LetterId.topic(stage));
      Map<TopicPartition, Long> moments = new HashMap<>();
      partitions.forEach(partition -> moments.put(partition, since.toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(moments);
      // All ends now: what the reader does may make new letters.
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        OffsetAndTimestamp start = starts.get(partition);
        if (start != null) {
          var _ =
              read(
                  partition,
                  start.offset(),
                  ends.getOrDefault(partition, 0L),
                  record -> {
                    reader.take(new Letter(record));
                    return true;
                  });
        }
      }
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /**
   * Shows a stage's letters, each partition's from its first one on, until one is not passed.
   *
   * @return where that one is, or the end, of each partition
   */
  Map<TopicPartition, Long> pass(String stage, Passing reader) throws IOException {
    Map<TopicPartition, Long> passed = new HashMap<>();
    try {
      List<TopicPartition> partitions = partitions(LetterId.topic(stage));
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long start = starts.getOrDefault(partition, 0L);
        long stop =
            read(partition, start, end(partition), record -> reader.passes(new Letter(record)));
        passed.put(partition, stop);
      }
      return passed;
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /** Empty if there is no such letter. */
  public Optional<Letter> find(LetterId id) throws IOException {
    try {
      TopicPartition partition = new TopicPartition(id.topic(), id.partition());
      if (id.topic().equals(Topics.MARKS) || !partitions(id.topic()).contains(partition)) {
        return Optional.empty();
      }
      long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      if (id.offset() < first || id.offset() >= end(partition)) {
        return Optional.empty();
      }
      List<Letter> found = new ArrayList<>(1);
      var _ =
          read(
              partition,
              id.offset(),
              id.offset() + 1,
              record -> {
                found.add(new Letter(record));
                return false;
              });
      return found.stream().findFirst();
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /**
   * What was done with which letter. A mark that cannot be read counts as something unknown that
   * was done.
   *
   * @throws LogUnreachable also if there is no topic for marks: then nothing may be done
   */
  public Map<LetterId, LetterMark> marks() throws IOException {
    Map<LetterId, LetterMark> marks = new HashMap<>();
    try {
      List<TopicPartition> partitions = partitions(Topics.MARKS);
      if (partitions.isEmpty()) {
        throw new LogUnreachable(
            "there is no topic " + Topics.MARKS + "; ./postbus topics --apply creates it",
            new KafkaException());
      }
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      for (TopicPartition partition : partitions) {
        var _ =
            read(
                partition,
                starts.getOrDefault(partition, 0L),
                end(partition),
                record -> {
                  LetterId.parse(MailRecords.key(record))
                      .ifPresent(id -> marks.compute(id, (_, _) -> LetterMarkJson.of(record)));
                  return true;
                });
      }
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
    return marks;
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .sorted(Comparator.comparing(TopicPartition::partition))
        .toList();
  }

  private long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  /** Where it stopped: at the record after which no more was wanted, or at the end. */
  private long read(TopicPartition partition, long from, long end, RecordReader reader)
      throws IOException {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long giveUp = System.nanoTime() + wait.toNanos();
    long position = from;
    // The position passes over what was aborted, and over transactions' markers.
    while (position < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && !reader.take(record)) {
          return record.offset();
        }
      }
      long now = consumer.position(partition, wait);
      if (now > position) {
        position = now;
        giveUp = System.nanoTime() + wait.toNanos();
      } else if (System.nanoTime() - giveUp > 0) {
        throw LogUnreachable.of(log, new TimeoutException("no record came"));
      }
    }
    return end;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
