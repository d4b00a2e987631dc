package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What processes tell each other by a topic of one partition that forgets by age and size: each
 * note has a key, and the latest counts. The notes are read whole at the start, and followed; who
 * reads them decides what to keep. No caller waits for the log, so a note may get lost.
 */
public final class SharedNotes implements AutoCloseable {
  /** Notes on their way to the log; more are dropped. */
  static final int WRITTEN_AT_ONCE_MAX = 1000;

  private static final Logger LOG = Logger.getLogger(SharedNotes.class);

  private final String topic;
  private final TableClients clients;
  private final TopicFollower follower;
  private final Semaphore places = new Semaphore(WRITTEN_AT_ONCE_MAX);
  private volatile boolean ready;
  private volatile boolean written = true;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /** Who reads the notes; called by one thread, in their order. */
  public interface Reader {
    void note(String key, byte[] value);
  }

  public SharedNotes(String topic, LogSettings log, Reader reader) {
    this.topic = topic;
    this.clients = new TableClients(log, topic);
    this.follower = new TopicFollower(new TopicPartition(topic, 0), clients, new Following(reader));
  }

  /** Begins to read, as soon as the log can be reached. */
  public void start() {
    follower.start();
  }

  /** Whether all notes that there were at the start have been read. */
  public boolean isReady() {
    return ready;
  }

  /** Whether the last note reached the log. */
  public boolean isWritable() {
    return written;
  }

  /** Writes a note, and does not wait for it. */
  public void write(String key, byte[] value) {
    if (!places.tryAcquire()) {
      written = false;
      return;
    }
    // A producer that lost the log may block, for some seconds.
    Thread.startVirtualThread(() -> send(key, value));
  }

  private void send(String key, byte[] value) {
    try {
      producer()
          .send(
              new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value),
              (_, failure) -> ended(failure));
    } catch (RuntimeException e) {
      ended(e);
    }
  }

  private void ended(@Nullable Exception failure) {
    places.release();
    if (failure != null && written) {
      LOG.warnf("%s cannot be written now: %s", topic, failure.toString());
    }
    written = failure == null;
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = clients.producer();
    }
    return producer;
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

  private final class Following implements TopicFollower.Reader {
    private final Reader reader;

    Following(Reader reader) {
      this.reader = reader;
    }

    @Override
    public void begin() {
      ready = false;
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record) {
      if (record.key() != null && record.value() != null) {
        reader.note(new String(record.key(), UTF_8), record.value());
      }
    }

    @Override
    public void caughtUp(long next) {
      ready = true;
    }

    @Override
    public void reached(long next) {
      // Nobody waits for a note to be read back.
    }
  }
}
