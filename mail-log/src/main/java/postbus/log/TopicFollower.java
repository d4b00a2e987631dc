package postbus.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic of one partition whole, and then follows it; on a thread of its own, which alone
 * calls the reader. What fails is tried again a moment later, from the start, since the topic may
 * be another one.
 */
final class TopicFollower implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(5);
  private static final Duration AGAIN_WAIT = Duration.ofSeconds(1);

  /** For a consumer, or a producer of the same table, to end. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final TopicPartition partition;
  private final TableClients clients;
  private final Reader reader;
  private final Thread reading;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closing;

  /** Who is told what the topic holds. */
  interface Reader {
    /** From the start now, whatever was read before. */
    void begin();

    void read(ConsumerRecord<byte[], byte[]> record);

    /** All that was written before {@link #begin} has been read, and nothing from here on. */
    void caughtUp(long next);

    /** All below this offset has been read; only after {@link #caughtUp}. */
    void reached(long next);
  }

  TopicFollower(TopicPartition partition, TableClients clients, Reader reader) {
    this.partition = partition;
    this.clients = clients;
    this.reader = reader;
    this.reading =
        Thread.ofPlatform().daemon().name(partition.topic() + "-reader").unstarted(this::run);
  }

  /** Begins to read, as soon as the log can be reached. */
  void start() {
    reading.start();
  }

  private void run() {
    while (!closing) {
      try {
        follow();
      } catch (WakeupException | InterruptException _) {
        LOG.debugf("%s: the reader was told to end.", partition);
      } catch (RuntimeException | Error e) {
        // The thread must not end: no probe looks for it, as tables serve what they know meanwhile.
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

  /** The life of one consumer. */
  private void follow() {
    KafkaConsumer<byte[], byte[]> with = clients.consumer();
    try {
      consumer = with;
      with.assign(List.of(partition));
      long end = with.endOffsets(List.of(partition), ANSWER_WAIT).getOrDefault(partition, 0L);
      with.seekToBeginning(List.of(partition));
      reader.begin();
      while (!closing && with.position(partition, ANSWER_WAIT) < end) {
        with.poll(POLL).forEach(reader::read);
      }
      reader.caughtUp(with.position(partition));
      while (!closing) {
        var records = with.poll(POLL);
        records.forEach(reader::read);
        if (!records.isEmpty()) {
          reader.reached(with.position(partition));
        }
      }
    } catch (OffsetOutOfRangeException _) {
      LOG.warnf("%s was created anew; it is read from its start.", partition.topic());
    } finally {
      consumer = null;
      with.close(CloseOptions.timeout(CLOSE_WAIT));
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
  }
}
