package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.Resolution.Resolved;

/**
 * Where one operator at a time does something with letters. What follows from a letter and its mark
 * are one transaction, so a crash leaves both or neither.
 *
 * <p>All operators share one transactional id. Whoever opens the desk ends what the one before him
 * had begun, and shuts him out. So marks that are read after it was opened are true as long as it
 * records, and no letter is replayed by two.
 */
public final class LetterDesk implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LetterDesk.class);
  static final String TRANSACTIONAL_ID = "dead-letters";

  /** After it the broker ends the transaction of an operator who was killed. */
  private static final Duration TRANSACTION_MAX = Duration.ofSeconds(10);

  private static final int COMMIT_ATTEMPTS_MAX = 3;

  private final LogAccess log;
  private final Duration wait;
  private final Faults faults;
  private final KafkaProducer<byte[], byte[]> producer;

  /** What became of letters that were to be recorded together. */
  public enum Fate {
    /** All are recorded. */
    RECORDED,
    /** None is. */
    NOT_RECORDED,
    /** All are or none is; the log did not say which. */
    NOT_KNOWN
  }

  /**
   * The end of one transaction.
   *
   * @param stopped why the desk is closed now; empty if it goes on
   */
  public record Recorded(Fate fate, String stopped) {}

  /**
   * Opens the desk, and so closes that of another operator.
   *
   * @param wait for each answer of the log
   */
  public static LetterDesk open(LogAccess log, Duration wait) throws LogUnreachable {
    return open(log, wait, Faults.NONE);
  }

  static LetterDesk open(LogAccess log, Duration wait, Faults faults) throws LogUnreachable {
    @Nullable KafkaProducer<byte[], byte[]> producer = null;
    try {
      producer = producer(log, wait);
      producer.initTransactions();
      return new LetterDesk(log, wait, faults, producer);
    } catch (KafkaException refused) {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
      throw LogUnreachable.of(log, refused);
    }
  }

  private LetterDesk(
      LogAccess log, Duration wait, Faults faults, KafkaProducer<byte[], byte[]> producer) {
    this.log = log;
    this.wait = wait;
    this.faults = faults;
    this.producer = producer;
  }

  /** Records all of these or none; at most some hundred letters, or some MiB, at a time. */
  public Recorded record(List<Resolved> letters) {
    boolean committing = false;
    try {
      producer.beginTransaction();
      faults.beforeAppend();
      for (Resolved letter : letters) {
        letter.records().forEach(producer::send);
        producer.send(mark(letter));
      }
      producer.flush();
      faults.beforeCommit();
      committing = true;
      commit();
      faults.afterCommit();
      return new Recorded(Fate.RECORDED, "");
    } catch (KafkaException failure) {
      if (!committing) {
        abort();
      }
      producer.close(Duration.ZERO);
      return new Recorded(committing ? fate(letters, failure) : Fate.NOT_RECORDED, why(failure));
    }
  }

  /** So that nobody waits for the end of the transaction; without it, the broker ends it. */
  private void abort() {
    try {
      producer.abortTransaction();
    } catch (KafkaException closed) {
      LOG.debugf(closed, "the transaction is left to the broker");
    }
  }

  private static ProducerRecord<byte[], byte[]> mark(Resolved letter) {
    byte[] key = letter.letter().toString().getBytes(UTF_8);
    return new ProducerRecord<>(Topics.MARKS, key, LetterMarkJson.write(letter.mark()));
  }

  private void commit() {
    for (int attempt = 1; ; attempt++) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException notKnownYet) {
        if (attempt == COMMIT_ATTEMPTS_MAX) {
          throw notKnownYet;
        }
      }
    }
  }

  /** The marks tell, once nothing of ours is under way: whoever shuts us out has seen to that. */
  private Fate fate(List<Resolved> letters, KafkaException failure) {
    try (Letters read = new Letters(log, wait, false)) {
      if (!isFenced(failure)) {
        open(log, wait).close();
      }
      Resolved any = letters.getFirst();
      boolean marked = any.mark().equals(read.marks().get(any.letter()));
      return marked ? Fate.RECORDED : Fate.NOT_RECORDED;
    } catch (IOException unreachable) {
      return Fate.NOT_KNOWN;
    }
  }

  private String why(KafkaException failure) {
    return isFenced(failure)
        ? "another operator has begun to work on dead letters or quarantine"
        : String.valueOf(LogUnreachable.of(log, failure).getMessage());
  }

  private static boolean isFenced(KafkaException failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ProducerFencedException || at instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private static KafkaProducer<byte[], byte[]> producer(LogAccess log, Duration wait) {
    int millis = Math.toIntExact(wait.toMillis());
    Map<String, Object> of = log.with(Map.of());
    of.put("transactional.id", TRANSACTIONAL_ID);
    of.put("transaction.timeout.ms", (int) TRANSACTION_MAX.toMillis());
    of.put("acks", "all");
    of.put("linger.ms", 0);
    of.put("batch.size", 1 << 20);
    of.put("max.request.size", 16 << 20);
    of.put("retry.backoff.ms", 5);
    of.put("retry.backoff.max.ms", 500);
    of.put("request.timeout.ms", millis);
    of.put("delivery.timeout.ms", 2 * millis);
    of.put("max.block.ms", 2L * millis);
    of.put("enable.metrics.push", false);
    return new KafkaProducer<>(of, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    producer.close(wait);
  }
}
