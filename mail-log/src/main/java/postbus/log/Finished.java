package postbus.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One mail whose work is done and whose outcome is to be recorded. */
final class Finished {
  private final InHand inHand;
  private final List<ProducerRecord<byte[], byte[]>> records;
  private final CompletableFuture<Void> recorded;
  private final boolean deadLetter;
  private final long since = System.nanoTime();
  private volatile @Nullable Exception refused;
  private volatile boolean late;

  Finished(InHand inHand, List<ProducerRecord<byte[], byte[]>> records) {
    this(inHand, records, new CompletableFuture<>(), false);
  }

  private Finished(
      InHand inHand,
      List<ProducerRecord<byte[], byte[]>> records,
      CompletableFuture<Void> recorded,
      boolean deadLetter) {
    this.inHand = inHand;
    this.records = records;
    this.recorded = recorded;
    this.deadLetter = deadLetter;
  }

  /** Another end of the same work. */
  Finished asDeadLetter(FollowUpRecords followUp) {
    return new Finished(inHand, followUp.records(), recorded, true);
  }

  /** Whether this end came instead of one that the log refused. */
  boolean isDeadLetter() {
    return deadLetter;
  }

  /** When this end was reached, as {@link System#nanoTime}. */
  long since() {
    return since;
  }

  InHand inHand() {
    return inHand;
  }

  List<ProducerRecord<byte[], byte[]>> records() {
    return records;
  }

  /** Completes when the outcome is in the log for good, or will never be. */
  CompletableFuture<Void> recorded() {
    return recorded;
  }

  long octets() {
    long octets = 0;
    for (ProducerRecord<byte[], byte[]> record : records) {
      octets += record.value() == null ? 0 : record.value().length;
    }
    return octets;
  }

  /** A record of it was not taken; if it never will be, the others need not suffer. */
  void failed(Exception failure) {
    if (failure instanceof RecordTooLargeException || failure instanceof InvalidTopicException) {
      refused = failure;
    }
    if (failure instanceof TimeoutException) {
      late = true;
    }
  }

  /** Whether a record found no way to its topic in time. */
  boolean isLate() {
    return late;
  }

  /** The log will never take this. */
  void refuse(Exception why) {
    refused = why;
  }

  /** Why the log will never take this; null if nothing is known against it. */
  @Nullable Exception refused() {
    return refused;
  }
}
