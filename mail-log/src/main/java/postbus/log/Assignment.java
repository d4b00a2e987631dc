package postbus.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that are ours: where each is taken up, and how it is given away. Used on the
 * reader's thread only; the callbacks run inside its poll.
 */
final class Assignment implements ConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(Assignment.class);

  /** Each look at offsets and topics waits no longer, so that other partitions go on. */
  private static final Duration OPEN_WAIT = Duration.ofMillis(500);

  /** Between such looks, while one fails: what is open is read meanwhile. */
  private static final Duration OPEN_AGAIN = Duration.ofMillis(250);

  /** The same while the log does not let us read a topic. */
  private static final Duration REFUSED_AGAIN = Duration.ofSeconds(1);

  /** How long the last commit of a partition that is given away may take. */
  private static final Duration COMMIT_WAIT = Duration.ofSeconds(3);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, PartitionWindow> windows;
  private final StageSettings settings;
  private final StageWriter writer;
  private final TopicIds topicIds;
  private final Admission admission;
  private final Consumer<String> halt;
  private final LinkedHashSet<TopicPartition> opening = new LinkedHashSet<>();
  private boolean oneByOne;
  private long openAfterNanos = System.nanoTime();
  private boolean joined;

  /**
   * @param windows filled and emptied here, read by others
   * @param admission told of topics that we may not read
   * @param halt told why nothing more may be taken
   */
  Assignment(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, PartitionWindow> windows,
      StageSettings settings,
      StageWriter writer,
      TopicIds topicIds,
      Admission admission,
      Consumer<String> halt) {
    this.consumer = consumer;
    this.windows = windows;
    this.settings = settings;
    this.writer = writer;
    this.topicIds = topicIds;
    this.admission = admission;
    this.halt = halt;
  }

  /** Whether the group has said what is ours, and all of that is open. */
  boolean isSettled() {
    return joined && opening.isEmpty();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    joined = true;
    close(added);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    giveAway(revoked, settings.revokeWait());
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    lose(lost);
  }

  /** Fetches nothing from these until they are open; what was in hand counts no more. */
  void close(Collection<TopicPartition> partitions) {
    lose(partitions);
    for (TopicPartition partition : partitions) {
      if (consumer.assignment().contains(partition)) {
        consumer.pause(List.of(partition));
        // A position it must have; it is not read from.
        consumer.seek(partition, 0);
        opening.add(partition);
      }
    }
  }

  /**
   * Takes up what was newly assigned, if the broker says in time what there is to know: all of it
   * at once, or, after that has failed, one partition after the other, so that one that nobody
   * leads does not keep the others closed.
   */
  void open() throws InterruptedException {
    if (opening.isEmpty() || System.nanoTime() - openAfterNanos < 0) {
      return;
    }
    try {
      Map<String, Uuid> ids = topicIds.readable(opening, OPEN_WAIT, this::forbidden);
      List<TopicPartition> there =
          opening.stream().filter(p -> ids.containsKey(p.topic())).toList();
      if (!there.isEmpty()) {
        List<TopicPartition> now = oneByOne ? List.of(there.getFirst()) : there;
        opening.removeAll(now);
        opening.addAll(now);
        open(now, ids);
        if (now.size() < there.size()) {
          // The next of these does not wait for what is forbidden.
          openAfterNanos = System.nanoTime();
        }
      }
      oneByOne &= !opening.isEmpty();
    } catch (TimeoutException | WakeupException | java.util.concurrent.TimeoutException e) {
      LOG.debugf("%s: not open yet: %s", opening, e);
      oneByOne = true;
      openAfterNanos = System.nanoTime() + OPEN_AGAIN.toNanos();
    }
  }

  private void forbidden(Set<String> topics) {
    var _ = admission.isRefusal(new TopicAuthorizationException(topics));
    openAfterNanos = System.nanoTime() + REFUSED_AGAIN.toNanos();
  }

  private void open(List<TopicPartition> existing, Map<String, Uuid> ids) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(Set.copyOf(existing), OPEN_WAIT);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(existing, OPEN_WAIT);
    Map<TopicPartition, Long> end = consumer.endOffsets(existing, OPEN_WAIT);
    for (TopicPartition partition : existing) {
      Uuid id = need(ids.get(partition.topic()));
      OffsetAndMetadata commit = committed.get(partition);
      long start = need(first.get(partition));
      if (commit == null) {
        open(partition, id, new Resume(new long[0], start));
      } else {
        resume(partition, commit, id, start, need(end.get(partition)));
      }
    }
  }

  private static <T> T need(@Nullable T asked) {
    return Objects.requireNonNull(asked, "the broker left out a partition that was asked for");
  }

  private void open(TopicPartition partition, Uuid id, Resume resume) {
    TopicMeters meters = writer.meters().of(partition.topic());
    windows.put(partition, new PartitionWindow(partition, id, resume, settings, meters));
    opening.remove(partition);
    consumer.seek(partition, resume.start());
    consumer.resume(List.of(partition));
  }

  private void resume(
      TopicPartition partition, OffsetAndMetadata commit, Uuid id, long first, long end) {
    OffsetNote note = OffsetNote.parse(commit.metadata(), commit.offset());
    if (!note.topicId().equals(Uuid.ZERO_UUID) && !note.topicId().equals(id)) {
      LOG.warnf("%s was created anew; it is read from its start.", partition);
      open(partition, id, new Resume(new long[0], first));
      return;
    }
    if (commit.offset() < first || commit.offset() > end) {
      opening.remove(partition);
      halt.accept(
          "the committed offset %d of %s lies outside of its log, which holds %d to %d"
              .formatted(commit.offset(), partition, first, end));
      return;
    }
    Resume all = new Resume(note.unfinished(), commit.offset());
    Resume there = all.from(first);
    int gone = all.unfinished().length - there.unfinished().length;
    if (gone > 0) {
      LOG.errorf("%s: %d unfinished records were trimmed away.", partition, gone);
    }
    open(partition, id, there);
  }

  /**
   * These topics may not be read any more: what cannot be undone is recorded if we may again soon,
   * and the others go on. False if nothing of them is ours.
   */
  boolean refused(Set<String> topics) {
    List<TopicPartition> theirs =
        consumer.assignment().stream().filter(p -> topics.contains(p.topic())).toList();
    giveAway(theirs, settings.revokeWait());
    close(theirs);
    return !theirs.isEmpty();
  }

  /**
   * Waits for what cannot be undone any more, records what is finished, and drops the rest.
   *
   * @param wait for what cannot be undone; where there is nothing of it, none
   */
  void giveAway(Collection<TopicPartition> partitions, Duration wait) {
    writer.membership(consumer.groupMetadata());
    List<PartitionWindow> going = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      PartitionWindow window = windows.get(partition);
      if (window != null) {
        window.stop();
        going.add(window);
      }
    }
    try {
      long deadline = System.nanoTime() + wait.toNanos();
      for (PartitionWindow window : going) {
        window.awaitIrrevocable(deadline);
      }
      deadline = System.nanoTime() + COMMIT_WAIT.toNanos();
      for (PartitionWindow window : going) {
        window.awaitRecorded(deadline);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    lose(partitions);
  }

  /** Drops what is in hand at once. */
  void lose(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      PartitionWindow window = windows.remove(partition);
      if (window != null) {
        window.drop();
      }
      opening.remove(partition);
    }
  }
}
