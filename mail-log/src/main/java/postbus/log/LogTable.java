package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.mail.MalformedRecord;

/**
 * A compacted topic of one partition as a map: the latest value of each key, known to every process
 * that reads it a moment after it was written. It is read whole at the start, and followed; while
 * the log is away, the last known values stay.
 *
 * @param <V> what a value holds
 */
final class LogTable<V> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LogTable.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(5);
  private static final Duration AGAIN_WAIT = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final TopicPartition partition;
  private final TableClients clients;
  private final Codec<V> codec;
  private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Thread reading;
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closing;
  private volatile boolean ready;
  private long position;

  /** How a value is written as a record's value. */
  interface Codec<V> {
    byte[] write(V value);

    V read(byte[] octets) throws MalformedRecord;
  }

  /** A value and where it stands in the log: a lower offset is an older value. */
  record Entry<V>(V value, long offset) {}

  LogTable(String topic, LogSettings log, Codec<V> codec) {
    this.partition = new TopicPartition(topic, 0);
    this.clients = new TableClients(log, topic);
    this.codec = codec;
    this.reading = Thread.ofPlatform().daemon().name(topic + "-reader").unstarted(this::run);
  }

  /** Begins to read, as soon as the log can be reached. */
  void start() {
    reading.start();
  }

  /** Whether all that was written before the start has been read. */
  boolean isReady() {
    return ready;
  }

  Map<String, Entry<V>> all() {
    return entries;
  }

  Optional<V> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** Called on the reader's thread after changes; must not block. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Writes a value, or with null the end of one; what fails is logged, and not tried again. */
  void put(String key, @Nullable V value) {
    producer()
        .send(
            record(key, value),
            (_, failure) -> {
              if (failure != null) {
                LOG.warnf("%s: %s was not written: %s", partition.topic(), key, failure);
              }
            });
  }

  /**
   * Writes a value, or with null the end of one, and waits until it is read back.
   *
   * @throws TimeoutException if that took longer; it may yet be written
   */
  void putAndAwait(String key, @Nullable V value, Duration wait)
      throws TimeoutException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    RecordMetadata written;
    try {
      written = producer().send(record(key, value)).get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new TimeoutException(partition.topic() + ": " + e.getCause());
    }
    synchronized (entries) {
      while (position <= written.offset()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new TimeoutException(partition.topic() + " was not read back");
        }
        entries.wait(left);
      }
    }
  }

  private ProducerRecord<byte[], byte[]> record(String key, @Nullable V value) {
    byte[] octets = value == null ? null : codec.write(value);
    return new ProducerRecord<>(partition.topic(), 0, key.getBytes(UTF_8), octets);
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = clients.producer();
    }
    return producer;
  }

  private void run() {
    while (!closing) {
      try {
        follow();
      } catch (WakeupException | InterruptException _) {
        LOG.debugf("%s: the reader was told to end.", partition.topic());
      } catch (RuntimeException e) {
        LOG.warnf("%s cannot be read now: %s", partition.topic(), e.toString());
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(AGAIN_WAIT.toNanos());
    } catch (InterruptedException _) {
      closing = true;
    }
  }

  /** The life of one consumer; each reads from the start, since the topic may be another one. */
  private void follow() {
    KafkaConsumer<byte[], byte[]> with = clients.consumer();
    try {
      consumer = with;
      with.assign(List.of(partition));
      long end = with.endOffsets(List.of(partition), ANSWER_WAIT).getOrDefault(partition, 0L);
      with.seekToBeginning(List.of(partition));
      Map<String, Entry<V>> known = new HashMap<>();
      while (!closing && with.position(partition, ANSWER_WAIT) < end) {
        with.poll(POLL).forEach(each -> read(each, known));
      }
      entries.keySet().retainAll(known.keySet());
      entries.putAll(known);
      reached(with.position(partition));
      ready = true;
      while (!closing) {
        var records = with.poll(POLL);
        records.forEach(each -> read(each, entries));
        if (!records.isEmpty()) {
          reached(with.position(partition));
        }
      }
    } catch (OffsetOutOfRangeException _) {
      LOG.warnf("%s was created anew; it is read from its start.", partition.topic());
    } finally {
      consumer = null;
      with.close(CloseOptions.timeout(CLOSE_WAIT));
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, Map<String, Entry<V>> into) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), UTF_8);
    if (record.value() == null) {
      into.remove(key);
      return;
    }
    try {
      into.put(key, new Entry<>(codec.read(record.value()), record.offset()));
    } catch (MalformedRecord e) {
      LOG.errorf("ALARM: %s@%d is left out: %s", partition, record.offset(), e.getMessage());
    }
  }

  /** Listeners first: who waits for a value to be read back sees what they made of it. */
  private void reached(long next) {
    listeners.forEach(Runnable::run);
    synchronized (entries) {
      position = next;
      entries.notifyAll();
    }
  }

  @Override
  public void close() {
    closing = true;
    KafkaConsumer<byte[], byte[]> waiting = consumer;
    if (waiting != null) {
      waiting.wakeup();
    } else {
      reading.interrupt();
    }
    synchronized (this) {
      if (producer != null) {
        producer.close(CLOSE_WAIT);
      }
    }
  }
}
