package postbus.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records outcomes: all that is finished, at most {@link #BATCH_MAILS}, in one transaction with the
 * offsets, and while it runs the next ones gather. An outcome is recorded once, or never if its
 * partition goes to another owner first; until then it is tried again, whatever fails.
 *
 * <p>Between two transactions it rests for half as long as the last one took: the broker still ends
 * that one, and would turn the next away until then. Meanwhile more gathers; what a transaction
 * costs is shared by all mails in it. A mail that comes after a rest does not wait.
 */
final class StageWriter implements Runnable {
  static final int BATCH_MAILS = 500;
  static final long BATCH_OCTETS = 8 << 20;

  private static final Logger LOG = Logger.getLogger(StageWriter.class);
  private static final Duration IDLE = Duration.ofMillis(100);

  /** The longest rest, so that one slow transaction does not hold up the next. */
  private static final Duration REST_MAX = Duration.ofMillis(20);

  private static final Duration PAUSE_MIN = Duration.ofMillis(20);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

  private final TransactionalProducer producer;
  private final StageMeters meters;
  private final Runnable roomMade;
  private final Runnable dying;
  private final Pulse pulse;

  /** Bounded by the windows: what lies here is in hand. */
  private final LinkedBlockingQueue<Finished> finished = new LinkedBlockingQueue<>();

  private final CountDownLatch producing = new CountDownLatch(1);
  private volatile @Nullable ConsumerGroupMetadata membership;
  private volatile boolean stopped;
  private long restUntilNanos = System.nanoTime();

  /**
   * @param roomMade called after each transaction
   * @param dying called if this thread ends before it is told to
   */
  StageWriter(
      TransactionalProducer producer,
      StageMeters meters,
      Runnable roomMade,
      Runnable dying,
      Pulse pulse) {
    this.producer = producer;
    this.meters = meters;
    this.roomMade = roomMade;
    this.dying = dying;
    this.pulse = pulse;
  }

  /** Whether the log lets it record outcomes, as far as those at hand have shown. */
  boolean isAdmitted() {
    return producer.admission().isGranted();
  }

  StageMeters meters() {
    return meters;
  }

  /** Hands an outcome over; see {@link Finished#recorded}. */
  void record(Finished outcome) {
    finished.add(outcome);
  }

  /** The reader's place in the group, by which the broker tells owners from former owners. */
  void membership(ConsumerGroupMetadata current) {
    membership = current;
  }

  /** Waits until a predecessor's open transaction is ended; false after a second. */
  boolean awaitProducer() throws InterruptedException {
    return producing.await(1, TimeUnit.SECONDS);
  }

  /** Ends the thread once what is in the queue is recorded or lost. */
  void stop() {
    stopped = true;
    producer.stop();
  }

  @Override
  public void run() {
    try {
      producer.open();
      producing.countDown();
      List<Finished> batch = new ArrayList<>();
      while (!stopped || !finished.isEmpty()) {
        pulse.beat();
        gather(batch);
        recordAll(batch);
      }
    } catch (InterruptedException | InterruptException _) {
      LOG.debug("The writer was interrupted.");
    } finally {
      if (!stopped) {
        dying.run();
      }
      producer.close();
    }
  }

  private void gather(List<Finished> batch) throws InterruptedException {
    Finished next = finished.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    long rest = restUntilNanos - System.nanoTime();
    if (next != null && rest > 0 && finished.size() < BATCH_MAILS) {
      TimeUnit.NANOSECONDS.sleep(rest);
    }
    for (long octets = 0; next != null; next = finished.poll()) {
      batch.add(next);
      octets += next.octets();
      if (batch.size() == BATCH_MAILS || octets >= BATCH_OCTETS) {
        return;
      }
    }
  }

  /**
   * Returns when the batch is recorded or lost, and empty. What cannot be written in the time that
   * a transaction has is tried in halves.
   */
  private void recordAll(List<Finished> batch) throws InterruptedException {
    Duration pause = PAUSE_MIN;
    int most = BATCH_MAILS;
    while (!batch.isEmpty()) {
      pulse.beat();
      // Read before the windows are asked: an owner's membership of that time, or an older one.
      ConsumerGroupMetadata member = membership;
      batch.removeIf(StageWriter::isLost);
      // Without a generation the broker would not check the owner at all.
      if (member != null && member.generationId() >= 0) {
        List<Finished> part = batch.subList(0, Math.min(most, batch.size()));
        if (part.isEmpty() || record(part, member)) {
          most = Math.min(BATCH_MAILS, most * 2);
          continue;
        }
        most = Math.max(1, part.size() / 2);
        batch.removeIf(StageWriter::isRefused);
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
    }
    producer.admission().granted();
  }

  /** Records all of them, and leaves none in the list; or none. */
  private boolean record(List<Finished> part, ConsumerGroupMetadata member)
      throws InterruptedException {
    Map<PartitionWindow, OffsetAndMetadata> commits = commits(part);
    if (!transact(part, commits, member)) {
      part.forEach(outcome -> outcome.inHand().recording(false));
      return false;
    }
    commits.forEach((window, commit) -> window.settle(part, commit));
    part.forEach(meters::recorded);
    part.forEach(outcome -> outcome.recorded().complete(null));
    part.clear();
    roomMade.run();
    return true;
  }

  private boolean transact(
      List<Finished> batch,
      Map<PartitionWindow, OffsetAndMetadata> commits,
      ConsumerGroupMetadata member)
      throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets = HashMap.newHashMap(commits.size());
    commits.forEach((window, commit) -> offsets.put(window.partition(), commit));
    long begin = System.nanoTime();
    boolean committed = producer.transact(batch, offsets, member);
    long end = System.nanoTime();
    restUntilNanos = end + Math.min((end - begin) / 2, REST_MAX.toNanos());
    meters.transacted(committed, end - begin);
    return committed;
  }

  private static boolean isLost(Finished outcome) {
    InHand inHand = outcome.inHand();
    if (outcome.recorded().isDone()) {
      return true;
    }
    if (inHand.window().isDropped()) {
      outcome.recorded().completeExceptionally(inHand.lost());
      return true;
    }
    return false;
  }

  private static Map<PartitionWindow, OffsetAndMetadata> commits(List<Finished> batch) {
    Map<PartitionWindow, OffsetAndMetadata> commits = new HashMap<>();
    batch.forEach(outcome -> outcome.inHand().recording(true));
    for (Finished outcome : batch) {
      commits.computeIfAbsent(outcome.inHand().window(), PartitionWindow::commit);
    }
    return commits;
  }

  /** An outcome that the log will never take becomes a dead letter; that too refused, an alarm. */
  private static boolean isRefused(Finished outcome) {
    Exception refused = outcome.refused();
    if (refused == null) {
      return false;
    }
    if (outcome.isDeadLetter()) {
      outcome.inHand().giveUp(outcome, refused);
    } else {
      outcome.inHand().deadLetter(outcome, String.valueOf(refused));
    }
    return true;
  }
}
