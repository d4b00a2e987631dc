package postbus.log;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What every consuming service is built on: it takes mails from its topics into a bounded window
 * for each partition, has them worked on concurrently, and records what follows from them, in one
 * transaction with the offsets.
 *
 * <p>Guarantee: what follows from a mail is recorded exactly once, whatever is killed when. A mail
 * that is slow holds no other up; after a restart it alone is done again. Limit: what the work does
 * outside of the log happens again if the process dies before it was recorded.
 *
 * <p>How: the {@link StageReader} reads, the {@link Taker} decides what is taken next and what
 * becomes of failures, a {@link PartitionWindow} knows what is in hand, the {@link StageWriter}
 * records, the {@link Assignment} takes partitions up and gives them away.
 */
public final class Stage implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Stage.class);

  /** Beside the wait for what is in hand: the last commit, and the consumer's end. */
  private static final Duration READER_MARGIN = Duration.ofSeconds(5);

  /** For the writer to end, once there is nothing more to record. */
  private static final Duration WRITER_WAIT = Duration.ofSeconds(2);

  private static final Duration INTERRUPT_WAIT = Duration.ofMillis(200);

  /**
   * What {@link #close} needs at most beside {@link StageSettings#stopWait}: its reader, its writer
   * and its retries, which end beside them, are each interrupted once.
   */
  public static final Duration CLOSE_MARGIN =
      READER_MARGIN.plus(WRITER_WAIT).plus(INTERRUPT_WAIT.multipliedBy(3));

  private final StageSettings settings;
  private final Admin admin;
  private final TopicIds topicIds;
  private final StageReader reader;
  private final StageWriter writer;
  private final Upkeep upkeep;
  private final Thread reading;
  private final Thread writing;
  private final Pulse readerPulse = new Pulse(System::nanoTime);
  private final Pulse writerPulse = new Pulse(System::nanoTime);
  private final @Nullable RetryMover retries;
  private volatile boolean isClosing;

  /**
   * @param lease extended for a stored content that is written to a retry topic or a dead letter
   */
  public Stage(StageSettings settings, LogSettings log, ContentLease lease, StageWork work) {
    RetryMover retries = new RetryMover(settings, log, lease, null);
    this(settings, settings.name(), log, lease, RecordWork.of(work), Faults.NONE, retries);
  }

  /**
   * @param retryWork what becomes of mails whose wait is over, or that an order is about
   * @param orders those that the retry topics do not let wait
   */
  public Stage(
      StageSettings settings,
      LogSettings log,
      ContentLease lease,
      StageWork work,
      RetryWork retryWork,
      Orders orders) {
    RetryMover retries =
        new RetryMover(settings, log, lease, new RetryMover.Moves(retryWork, orders));
    this(settings, settings.name(), log, lease, RecordWork.of(work), Faults.NONE, retries);
    orders.onChange(retries::lookAgain);
  }

  /**
   * @param group the consumer group, where it is not the stage's name
   * @param retries started and ended with the stage; null if something else moves its retries
   */
  Stage(
      StageSettings settings,
      String group,
      LogSettings log,
      ContentLease lease,
      RecordWork work,
      Faults faults,
      @Nullable RetryMover retries) {
    this.settings = settings;
    this.retries = retries;
    StageClients clients = new StageClients(log, group, settings.transactionTimeout());
    admin = clients.admin();
    topicIds = new TopicIds(admin);
    TransactionalProducer producer = new TransactionalProducer(clients, admin, faults, writerPulse);
    StageMeters meters = new StageMeters(group, settings.name());
    writer = new StageWriter(producer, meters, this::roomMade, this::writerDied, writerPulse);
    reader = new StageReader(settings, clients, lease, work, writer, topicIds, readerPulse);
    upkeep = new Upkeep(reader, topicIds, admin, settings.replayWindow());
    reading = Thread.ofPlatform().daemon().name(group + "-reader").unstarted(reader);
    writing = Thread.ofPlatform().daemon().name(group + "-writer").unstarted(writer);
  }

  private void roomMade() {
    reader.roomMade();
  }

  /** Looks anew at records whose time had not come. */
  void lookAgain() {
    reader.lookAgain();
  }

  private void writerDied() {
    reader.halt("its writer died");
  }

  /**
   * Begins to take mails as soon as the log can be reached.
   *
   * @throws IllegalArgumentException if the window is larger than the broker lets a commit say
   */
  public void start() {
    NoteLimit.check(settings, admin);
    readerPulse.beat();
    writerPulse.beat();
    writing.start();
    reading.start();
    Thread.ofVirtual().name(settings.name() + "-upkeep").start(upkeep);
    if (retries != null) {
      retries.start();
    }
  }

  /** Whether mails that come now, or are due again, are taken: its partitions are open. */
  public boolean isReady() {
    return reader.isReady() && (retries == null || retries.isReady());
  }

  /**
   * Whether its threads move, whatever they wait for; if not, only a new process helps. A stage
   * that has {@linkplain #isHalted halted} moves: most reasons would stop a new process, too.
   */
  public boolean isLive() {
    return isClosing
        || readerPulse.isLive() && writerPulse.isLive() && (retries == null || retries.isLive());
  }

  /** How long the quieter of its threads has not moved. */
  Duration silence() {
    return Collections.max(List.of(readerPulse.silence(), writerPulse.silence()));
  }

  /** Whether a partition is ours now. */
  public boolean owns(String topic, int partition) {
    return reader.windows().stream()
        .anyMatch(window ->
            window.partition().partition() == partition
                && window.partition().topic().equals(topic));
  }

  /** How many partitions a topic has that it takes from. */
  public int partitionsOf(String topic) {
    return topicIds.partitions(topic);
  }

  /** Whether it has stopped taking for good, since going on would lose mail; the log says why. */
  public boolean isHalted() {
    return reader.isHalted();
  }

  /** Trims its inputs now, as it does by itself every {@link Upkeep#TRIM_EVERY}. */
  void trim() throws TimeoutException, ExecutionException, InterruptedException {
    upkeep.trim();
  }

  /**
   * Stops taking, waits up to {@link StageSettings#stopWait} for what has passed its point of no
   * return, records what is finished and leaves, within {@link #CLOSE_MARGIN} more. The rest is
   * done by the next owner.
   */
  @Override
  public void close() {
    isClosing = true;
    long begun = System.nanoTime();
    Thread moving = Thread.ofVirtual().start(this::closeRetries);
    upkeep.close();
    reader.close();
    try {
      end(reading, settings.stopWait().plus(READER_MARGIN));
      writer.stop();
      end(writing, WRITER_WAIT);
      // They have had the same time meanwhile.
      Duration gone = Duration.ofNanos(System.nanoTime() - begun);
      Duration all = settings.stopWait().plus(READER_MARGIN).plus(WRITER_WAIT);
      end(moving, all.compareTo(gone) > 0 ? all.minus(gone) : Duration.ZERO);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    admin.close(Duration.ZERO);
  }

  private void closeRetries() {
    if (retries != null) {
      retries.close();
    }
  }

  private static void end(Thread thread, Duration atMost) throws InterruptedException {
    if (thread.getState() != Thread.State.NEW && !thread.join(atMost)) {
      LOG.warnf("%s did not end in time; it is interrupted.", thread.getName());
      thread.interrupt();
      var _ = thread.join(INTERRUPT_WAIT);
    }
  }
}
