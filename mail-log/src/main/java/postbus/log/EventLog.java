package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MalformedRecord;

/**
 * Reads the events of all mails from a moment on, up to those that were there when the reading
 * began; what a stage has not committed is not among them. It holds none of them.
 */
public final class EventLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final LogAccess log;
  private final Duration wait;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private int unreadable;

  /** Of a log that lets everybody in. */
  public EventLog(String servers, Duration wait) throws LogUnreachable {
    this(LogAccess.open(servers), wait);
  }

  /**
   * Connects on first use.
   *
   * @param wait for each answer of the log
   */
  public EventLog(LogAccess log, Duration wait) throws LogUnreachable {
    this.log = log;
    this.wait = wait;
    int millis = Math.toIntExact(wait.toMillis());
    Map<String, Object> settings =
        log.with(
            Map.of(
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "allow.auto.create.topics",
                false,
                "request.timeout.ms",
                millis,
                "default.api.timeout.ms",
                millis));
    try {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException refused) {
      throw LogUnreachable.of(log, refused);
    }
  }

  /** Hands on each event of {@code since} or later; in order within a mail, mostly. */
  public void read(Instant since, Consumer<Event> reader) throws LogUnreachable {
    try {
      Map<TopicPartition, Long> ends = begin(since);
      Instant giveUp = Instant.now().plus(wait);
      while (!ends.isEmpty()) {
        boolean moved = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          moved = true;
          parse(record.value()).ifPresent(reader);
        }
        // The position passes over what was aborted, and over transactions' markers.
        moved |= ends.entrySet().removeIf(end -> position(end.getKey()) >= end.getValue());
        consumer.pause(
            consumer.assignment().stream().filter(part -> !ends.containsKey(part)).toList());
        if (moved) {
          giveUp = Instant.now().plus(wait);
        } else if (Instant.now().isAfter(giveUp)) {
          throw LogUnreachable.of(log, new TimeoutException("no record came"));
        }
      }
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /** How many of the events handed on so far could not be read, and were left out. */
  public int unreadable() {
    return unreadable;
  }

  private Map<TopicPartition, Long> begin(Instant since) throws LogUnreachable {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.EVENTS).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw LogUnreachable.of(log, new KafkaException("there is no topic " + Topics.EVENTS));
    }
    consumer.assign(partitions);
    consumer.resume(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    Map<TopicPartition, Long> moments = new HashMap<>();
    partitions.forEach(partition -> moments.put(partition, since.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(moments);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp start = starts.get(partition);
      if (start == null) {
        ends.remove(partition);
        consumer.pause(List.of(partition));
      } else {
        consumer.seek(partition, start.offset());
      }
    }
    return ends;
  }

  private long position(TopicPartition partition) {
    return consumer.position(partition, wait);
  }

  private Optional<Event> parse(byte[] value) {
    try {
      return Optional.of(EventJson.read(value));
    } catch (MalformedRecord malformed) {
      unreadable++;
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
