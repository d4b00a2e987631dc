package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads which mails wait: in the lanes and retry topics of a stage, what is not committed as done.
 * It counts in the log itself, up to the ends that the topics had when it began, and keeps nothing;
 * contents are skipped over.
 */
public final class WaitingMails implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final LogAccess log;
  private final Duration wait;
  private final Admin admin;
  private final KafkaConsumer<byte[], Integer> consumer;

  /**
   * Connects on first use.
   *
   * @param wait for each answer of the log
   */
  public WaitingMails(LogAccess log, Duration wait) throws LogUnreachable {
    this.log = log;
    this.wait = wait;
    int millis = Math.toIntExact(wait.toMillis());
    Map<String, Object> settings = log.with(Map.of());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("allow.auto.create.topics", false);
    settings.put("request.timeout.ms", millis);
    settings.put("default.api.timeout.ms", millis);
    settings.put("max.poll.records", 5_000);
    settings.put("max.partition.fetch.bytes", 8 << 20);
    settings.put("fetch.max.bytes", 16 << 20);
    try {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new WaitingMail.Length());
      this.admin =
          Admin.create(
              log.with(Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis)));
    } catch (KafkaException refused) {
      throw LogUnreachable.of(log, refused);
    }
  }

  /** The pools whose lanes are there, in the order of their names. */
  public List<String> pools() throws LogUnreachable {
    Pattern lane = Pattern.compile("delivery\\.(.*)\\.shared");
    try {
      return consumer.listTopics(wait).keySet().stream()
          .map(lane::matcher)
          .filter(Matcher::matches)
          .map(name -> name.group(1))
          .sorted()
          .toList();
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /** The lanes and retry topics of a stage that are there, in the order of their names. */
  public List<String> topicsOf(String stage) throws LogUnreachable {
    try {
      String retries = "retry." + stage + ".";
      String lanes = "delivery." + stage;
      return consumer.listTopics(wait).keySet().stream()
          .filter(name ->
              name.startsWith(retries) || name.startsWith(lanes + ".") || name.equals(lanes))
          .sorted()
          .toList();
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /**
   * Hands on every mail of a stage that waits, a partition's in the order of its offsets.
   *
   * @param stage such as {@code normal}; topics that are no longer there have nothing that waits
   */
  public void read(String stage, Collection<String> topics, Consumer<WaitingMail> reader)
      throws LogUnreachable {
    try {
      drain(spans(stage, partitions(topics)), reader);
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
  }

  /**
   * How many mails wait, from offsets alone: never too few, and up to one too many for each
   * transaction that wrote them.
   *
   * @return by topic; those where none waits are left out
   */
  public Map<String, Long> atMost(String stage, Collection<String> topics) throws LogUnreachable {
    Map<String, Long> counts = new TreeMap<>();
    try {
      spans(stage, partitions(topics))
          .forEach((partition, span) -> counts.merge(partition.topic(), span.size(), Long::sum));
    } catch (KafkaException failure) {
      throw LogUnreachable.of(log, failure);
    }
    return counts;
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic, wait)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }

  private Map<TopicPartition, Undone> spans(String stage, List<TopicPartition> partitions)
      throws LogUnreachable {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(committed(stage));
    committed.putAll(committed(Retries.group(stage)));
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions, wait);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, wait);
    Map<TopicPartition, Undone> spans = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long start = first.getOrDefault(partition, 0L);
      Undone undone =
          Undone.of(committed.get(partition), start, ends.getOrDefault(partition, start));
      if (undone.size() > 0) {
        spans.put(partition, undone);
      }
    }
    return spans;
  }

  private void drain(Map<TopicPartition, Undone> spans, Consumer<WaitingMail> reader)
      throws LogUnreachable {
    consumer.assign(spans.keySet());
    consumer.resume(spans.keySet());
    spans.forEach((partition, undone) -> consumer.seek(partition, undone.first()));
    Instant giveUp = Instant.now().plus(wait);
    while (!spans.isEmpty()) {
      ConsumerRecords<byte[], Integer> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], Integer> record : records) {
        Undone undone = spans.get(new TopicPartition(record.topic(), record.partition()));
        if (undone != null && undone.has(record.offset())) {
          reader.accept(WaitingMail.of(record));
        }
      }
      // The position passes over what was aborted, and over transactions' markers.
      boolean moved =
          spans
              .entrySet()
              .removeIf(span -> consumer.position(span.getKey(), wait) >= span.getValue().end());
      if (moved) {
        consumer.pause(
            consumer.assignment().stream().filter(part -> !spans.containsKey(part)).toList());
      }
      if (moved || !records.isEmpty()) {
        giveUp = Instant.now().plus(wait);
      } else if (Instant.now().isAfter(giveUp)) {
        throw LogUnreachable.of(log, new TimeoutException("no record came"));
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group) throws LogUnreachable {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(wait.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((partition, commit) -> {
            if (commit != null) {
              offsets.put(partition, commit);
            }
          });
      return offsets;
    } catch (ExecutionException | TimeoutException e) {
      throw LogUnreachable.of(log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LogUnreachable.of(log, e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
    admin.close(Duration.ZERO);
  }
}
