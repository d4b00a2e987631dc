package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;

/**
 * What a stage does beside the mails: it notices that a topic was created anew, and it trims its
 * inputs, below what is committed and older than the replay window, as nothing else deletes there.
 */
final class Upkeep implements Runnable {
  private static final Logger LOG = Logger.getLogger(Upkeep.class);
  private static final Duration TOPIC_CHECK_EVERY = Duration.ofSeconds(3);
  private static final Duration CALL_WAIT = Duration.ofSeconds(10);

  /** How often a stage trims. */
  static final Duration TRIM_EVERY = Duration.ofMinutes(1);

  private final StageReader reader;
  private final TopicIds topicIds;
  private final Admin admin;
  private final Duration replayWindow;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<TopicPartition, Long> trimmed = new HashMap<>();

  Upkeep(StageReader reader, TopicIds topicIds, Admin admin, Duration replayWindow) {
    this.reader = reader;
    this.topicIds = topicIds;
    this.admin = admin;
    this.replayWindow = replayWindow;
  }

  void close() {
    closing.countDown();
  }

  @Override
  public void run() {
    try {
      long nextTrim = System.nanoTime() + TRIM_EVERY.toNanos();
      while (!closing.await(TOPIC_CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          checkTopics();
          if (System.nanoTime() - nextTrim >= 0) {
            nextTrim = System.nanoTime() + TRIM_EVERY.toNanos();
            trim();
          }
        } catch (TimeoutException | ExecutionException | RuntimeException e) {
          LOG.warnf("Left for later: %s", e);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkTopics() throws TimeoutException, InterruptedException {
    var _ = current();
  }

  /** The windows whose topic is still the one they were opened on; the reader drops the others. */
  private List<PartitionWindow> current() throws TimeoutException, InterruptedException {
    List<PartitionWindow> windows = List.copyOf(reader.windows());
    List<PartitionWindow> current = new ArrayList<>(windows.size());
    Map<String, Uuid> ids =
        topicIds.of(
            windows.stream().map(w -> w.partition().topic()).collect(Collectors.toSet()),
            CALL_WAIT);
    for (PartitionWindow window : windows) {
      if (window.topicId().equals(ids.get(window.partition().topic()))) {
        current.add(window);
      } else {
        trimmed.remove(window.partition());
        reader.outdated(window);
      }
    }
    return current;
  }

  /** Deletes only in partitions that are ours, and never what is not committed as done. */
  synchronized void trim() throws TimeoutException, ExecutionException, InterruptedException {
    Map<TopicPartition, Long> settled = new HashMap<>();
    for (PartitionWindow window : current()) {
      long below = window.settledBelow();
      if (below > trimmed.getOrDefault(window.partition(), 0L)) {
        settled.put(window.partition(), below);
      }
    }
    long oldest = Instant.now().minus(replayWindow).toEpochMilli();
    Map<TopicPartition, OffsetSpec> asked =
        settled.keySet().stream()
            .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.forTimestamp(oldest)));
    var young = admin.listOffsets(asked);
    Map<TopicPartition, RecordsToDelete> deletes = new HashMap<>();
    for (TopicPartition partition : asked.keySet()) {
      long kept =
          young
              .partitionResult(partition)
              .get(CALL_WAIT.toMillis(), TimeUnit.MILLISECONDS)
              .offset();
      long below = settled.getOrDefault(partition, 0L);
      long before = kept < 0 ? below : Math.min(kept, below);
      if (before > trimmed.getOrDefault(partition, 0L)) {
        deletes.put(partition, RecordsToDelete.beforeOffset(before));
      }
    }
    admin.deleteRecords(deletes).all().get(CALL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    deletes.forEach((partition, before) -> trimmed.put(partition, before.beforeOffset()));
  }
}
