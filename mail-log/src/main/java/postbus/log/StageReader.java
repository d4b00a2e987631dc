package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads records into the windows of the partitions that are ours. A failure that Kafka's consumer
 * does not get over by itself ends the consumer; after a while there is a new one.
 */
final class StageReader implements Runnable {
  private static final Logger LOG = Logger.getLogger(StageReader.class);
  private static final long POLL_MAX_MILLIS = 1000;
  private static final long OPENING_MILLIS = 50;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
  private static final Duration FAILED_WAIT = Duration.ofSeconds(2);

  /** After each refusal in a row twice as long, up to this. */
  private static final Duration REFUSED_WAIT_MAX = Duration.ofSeconds(30);

  /** Two processes with the same instance name: each would throw the other out at once. */
  private static final Duration FENCED_WAIT = Duration.ofSeconds(30);

  private final StageSettings settings;
  private final StageClients clients;
  private final StageWriter writer;
  private final Taker taker;
  private final TopicIds topicIds;
  private final StageGauges gauges;
  private final Pulse pulse;
  private final Admission admission;
  private final Map<TopicPartition, PartitionWindow> windows = new ConcurrentHashMap<>();
  private final Inflow inflow = new Inflow(windows);
  private final Queue<PartitionWindow> outdated = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean ready;
  private volatile boolean lookAgain;
  private Duration refusedWait = FAILED_WAIT;
  private volatile @Nullable String halted;

  StageReader(
      StageSettings settings,
      StageClients clients,
      ContentLease lease,
      RecordWork work,
      StageWriter writer,
      TopicIds topicIds,
      Pulse pulse) {
    this.settings = settings;
    this.clients = clients;
    this.writer = writer;
    this.topicIds = topicIds;
    this.pulse = pulse;
    this.admission = new Admission(clients.slot(), AclOperation.READ);
    this.taker = new Taker(settings, lease, work, writer, this::wake);
    this.gauges = new StageGauges(clients.group(), windows, taker::isPaused, this::isHalted);
  }

  boolean isReady() {
    return ready && halted == null && admission.isGranted() && writer.isAdmitted();
  }

  boolean isHalted() {
    return halted != null;
  }

  Collection<PartitionWindow> windows() {
    return windows.values();
  }

  void roomMade() {
    taker.roomMade();
  }

  /** The topic of this window is no more, or another one of the same name. */
  void outdated(PartitionWindow window) {
    outdated.add(window);
    wake();
  }

  /** Takes nothing more until the process is started anew. */
  void halt(String why) {
    Alarm.HALTED.raise(LOG, "the stage %s stops taking: %s.", clients.group(), why);
    halted = why;
  }

  /** Ends the thread, in the time that giving away its partitions takes. */
  void close() {
    closing.countDown();
    wake();
  }

  /** Looks anew at records whose time had not come. */
  void lookAgain() {
    lookAgain = true;
    wake();
  }

  private void wake() {
    KafkaConsumer<byte[], byte[]> waiting = consumer;
    if (waiting != null) {
      waiting.wakeup();
    }
  }

  private boolean goesOn() {
    pulse.beat(); // Asked in each turn.
    return closing.getCount() > 0;
  }

  @Override
  public void run() {
    try {
      while (goesOn() && !writer.awaitProducer()) {}
      while (goesOn()) {
        Duration wait = FAILED_WAIT;
        try {
          consume();
        } catch (InterruptException e) {
          throw e;
        } catch (RuntimeException e) {
          wait = waitAfter(e);
        }
        var _ = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException | InterruptException _) {
      LOG.debug("The reader was interrupted.");
    } finally {
      ready = false;
      windows.values().forEach(PartitionWindow::drop);
      gauges.close();
    }
  }

  /** Until the next consumer. */
  private Duration waitAfter(RuntimeException failure) {
    if (failure instanceof FencedInstanceIdException) {
      Alarm.FENCED.raise(LOG, "another process has the place of %s.", clients.slot());
      return FENCED_WAIT;
    }
    if (!admission.isRefusal(failure)) {
      Alarm.CONSUMER_FAILED.raise(
          LOG, failure, "%s: the consumer failed; a new one follows.", clients.slot());
      return FAILED_WAIT;
    }
    Duration wait = refusedWait;
    Duration next = wait.multipliedBy(2);
    refusedWait = next.compareTo(REFUSED_WAIT_MAX) > 0 ? REFUSED_WAIT_MAX : next;
    return wait;
  }

  /** The life of one consumer. */
  private void consume() throws InterruptedException {
    KafkaConsumer<byte[], byte[]> with = clients.consumer();
    Assignment assignment =
        new Assignment(with, windows, settings, writer, topicIds, admission, this::halt);
    try {
      consumer = with;
      switch (settings.inputs()) {
        case Inputs.Named(var topics) -> with.subscribe(topics, assignment);
        case Inputs.Matching(var pattern) -> with.subscribe(pattern, assignment);
      }
      while (goesOn()) {
        turn(with, assignment);
      }
      assignment.giveAway(List.copyOf(windows.keySet()), settings.stopWait());
    } catch (AuthorizationException | AuthenticationException refused) {
      // What cannot be undone is recorded, if the writer is let in all the same.
      assignment.giveAway(List.copyOf(windows.keySet()), settings.revokeWait());
      throw refused;
    } finally {
      ready = false;
      consumer = null;
      assignment.lose(List.copyOf(windows.keySet()));
      with.close(CloseOptions.timeout(CLOSE_WAIT));
    }
  }

  private void turn(KafkaConsumer<byte[], byte[]> with, Assignment assignment)
      throws InterruptedException {
    for (PartitionWindow old = outdated.poll(); old != null; old = outdated.poll()) {
      if (windows.get(old.partition()) == old) {
        LOG.warnf("%s was deleted or created anew.", old.partition());
        assignment.close(List.of(old.partition()));
      }
    }
    assignment.open();
    // Told before the poll, which lasts up to a second where nothing comes.
    ready = assignment.isSettled();
    if (lookAgain) {
      lookAgain = false;
      windows.values().forEach(window -> window.holdUntil = 0);
    }
    if (halted == null) {
      taker.take(windows.values(), System.currentTimeMillis());
    }
    inflow.adjust(with);
    try {
      inflow.take(with, with.poll(Duration.ofMillis(pollMillis(assignment))));
    } catch (WakeupException _) {
      // There is something to do.
    } catch (OffsetOutOfRangeException e) {
      assignment.close(List.copyOf(e.offsetOutOfRangePartitions().keySet()));
    } catch (TopicAuthorizationException e) {
      if (!admission.isRefusal(e) || !assignment.refused(e.unauthorizedTopics())) {
        throw e;
      }
    }
    writer.membership(with.groupMetadata());
    ready = assignment.isSettled();
    if (ready) {
      admission.granted();
      refusedWait = FAILED_WAIT;
    }
    gauges.look(partition -> with.currentLag(partition).orElse(0));
  }

  private long pollMillis(Assignment assignment) {
    if (!assignment.isSettled()) {
      return OPENING_MILLIS;
    }
    if (halted != null) {
      return POLL_MAX_MILLIS;
    }
    long idle = taker.idleUntil(windows.values()) - System.currentTimeMillis();
    return Math.clamp(idle, 0, POLL_MAX_MILLIS);
  }
}
