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
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
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

  private final TopicPartition partition;
  private final TableClients clients;
  private final Codec<V> codec;
  private final Map<String, Entry<V>> entries = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final TopicFollower follower;
  private @Nullable KafkaProducer<byte[], byte[]> producer;
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
    this.follower = new TopicFollower(partition, clients, new Whole());
  }

  /** Begins to read, as soon as the log can be reached. */
  void start() {
    follower.start();
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

  /** What is read from the start counts when all of it has been read. */
  private final class Whole implements TopicFollower.Reader {
    private final Map<String, Entry<V>> known = new HashMap<>();
    private boolean following;

    @Override
    public void begin() {
      known.clear();
      following = false;
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record) {
      LogTable.this.read(record, following ? entries : known);
    }

    @Override
    public void caughtUp(long next) {
      entries.keySet().retainAll(known.keySet());
      entries.putAll(known);
      known.clear();
      following = true;
      LogTable.this.reached(next);
      ready = true;
    }

    @Override
    public void reached(long next) {
      LogTable.this.reached(next);
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
    follower.close();
    synchronized (this) {
      if (producer != null) {
        producer.close(TopicFollower.CLOSE_WAIT);
      }
    }
  }
}
