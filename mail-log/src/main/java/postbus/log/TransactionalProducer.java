package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transaction at a time and always knows how it ended: committed, or with no trace. Where
 * Kafka leaves that open, it asks again, or a new producer of the same transactional id ends the
 * old transaction, and the committed offsets tell how: no two commits of a stage are alike.
 */
final class TransactionalProducer {
  private static final Logger LOG = Logger.getLogger(TransactionalProducer.class);
  private static final Duration REOPEN_WAIT = Duration.ofMillis(500);

  /** Long enough for the consumer to hear that another life of this slot has its place. */
  private static final Duration FENCED_WAIT = Duration.ofSeconds(5);

  private final StageClients clients;
  private final Admin admin;
  private final Faults faults;
  private final MissingTopics missing;
  private final Admission admission;
  private final Pulse pulse;
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private boolean committing;
  private volatile boolean stopped;

  /**
   * @param pulse of the thread that waits here
   */
  TransactionalProducer(StageClients clients, Admin admin, Faults faults, Pulse pulse) {
    this.clients = clients;
    this.admin = admin;
    this.faults = faults;
    this.pulse = pulse;
    this.missing = new MissingTopics(new TopicIds(admin));
    this.admission = new Admission(clients.slot(), AclOperation.WRITE);
  }

  /** Whether the log lets it write what follows from mails. */
  Admission admission() {
    return admission;
  }

  /** From now on, nothing is waited for without end. */
  void stop() {
    stopped = true;
  }

  /** Ends a predecessor's open transaction, so that its offsets become stable. */
  void open() throws InterruptedException {
    while (producer == null && !stopped) {
      pulse.beat();
      KafkaProducer<byte[], byte[]> opening = null;
      try {
        opening = clients.producer();
        opening.initTransactions();
        producer = opening;
      } catch (RuntimeException e) {
        if (!admission.isRefusal(e)) {
          LOG.warnf("%s: no transactions yet: %s", clients.slot(), e.toString());
        }
        if (opening != null) {
          opening.close(Duration.ZERO);
        }
        TimeUnit.NANOSECONDS.sleep(REOPEN_WAIT.toNanos());
      }
    }
  }

  void close() {
    KafkaProducer<byte[], byte[]> closing = producer;
    producer = null;
    if (closing != null) {
      closing.close(Duration.ZERO);
    }
  }

  /**
   * True if all of it is committed; false if nothing of it is. An error of the JVM passes through,
   * and leaves the transaction open.
   */
  boolean transact(
      Collection<Finished> batch,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata member)
      throws InterruptedException {
    open();
    KafkaProducer<byte[], byte[]> with = producer;
    if (with == null || missing.refuses(batch)) {
      return false;
    }
    committing = false;
    Blame blame = new Blame();
    try {
      with.beginTransaction();
      faults.beforeAppend();
      for (Finished outcome : batch) {
        for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
          with.send(record, (_, failure) -> blame.on(outcome, failure));
        }
      }
      // One after the other: the coordinator takes partitions into a transaction one at a time.
      with.flush();
      with.sendOffsetsToTransaction(offsets, member);
      faults.beforeCommit();
      commit(with);
    } catch (RuntimeException e) {
      boolean committed = recover(with, offsets, e);
      if (!committed) {
        missing.suspect(batch);
      }
      return committed;
    }
    return true;
  }

  /**
   * Finds the outcome that a transaction failed for: the producer first tells it, and then hands
   * the same failure to all that have not left yet.
   */
  private static final class Blame {
    private @Nullable Exception told;

    synchronized void on(Finished outcome, @Nullable Exception failure) {
      if (failure != null && failure != told) {
        told = failure;
        outcome.failed(failure);
      }
    }
  }

  private void commit(KafkaProducer<byte[], byte[]> with) {
    committing = true;
    while (true) {
      pulse.beat();
      try {
        with.commitTransaction();
        faults.afterCommit();
        return;
      } catch (TimeoutException e) {
        LOG.warnf("%s: the end of a transaction is not known yet: %s", clients.slot(), e);
        if (stopped) {
          throw e;
        }
      }
    }
  }

  private boolean recover(
      KafkaProducer<byte[], byte[]> with,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      RuntimeException failure)
      throws InterruptedException {
    if (!admission.isRefusal(failure)) {
      LOG.warnf("%s: a transaction failed: %s", clients.slot(), failure.toString());
    }
    try {
      with.abortTransaction();
      return false;
    } catch (RuntimeException e) {
      LOG.warnf("%s: nor could it be aborted, so a new producer: %s", clients.slot(), e);
      close();
      if (isFenced(failure) || isFenced(e)) {
        Alarm.FENCED.raise(
            LOG,
            "%s was fenced: the broker ended its transaction, or another process has"
                + " the same instance name.",
            clients.slot());
        pause(FENCED_WAIT);
      }
    }
    if (!committing) {
      return false;
    }
    open();
    return wasCommitted(offsets);
  }

  private static boolean isFenced(RuntimeException e) {
    return e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
  }

  private void pause(Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (!stopped && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private boolean wasCommitted(Map<TopicPartition, OffsetAndMetadata> offsets)
      throws InterruptedException {
    var spec =
        Map.of(
            clients.group(),
            new ListConsumerGroupOffsetsSpec().topicPartitions(List.copyOf(offsets.keySet())));
    var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
    while (!stopped) {
      pulse.beat();
      try {
        Map<TopicPartition, OffsetAndMetadata> now =
            admin
                .listConsumerGroupOffsets(spec, stable)
                .partitionsToOffsetAndMetadata()
                .get(StageClients.CALL_MAX.toMillis(), TimeUnit.MILLISECONDS);
        return offsets.entrySet().stream().anyMatch(e -> isSame(e.getValue(), now.get(e.getKey())));
      } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
        LOG.warnf("%s: cannot read the committed offsets: %s", clients.slot(), e);
        TimeUnit.NANOSECONDS.sleep(REOPEN_WAIT.toNanos());
      }
    }
    return false;
  }

  private static boolean isSame(OffsetAndMetadata ours, @Nullable OffsetAndMetadata found) {
    return found != null
        && ours.offset() == found.offset()
        && ours.metadata().equals(found.metadata());
  }
}
