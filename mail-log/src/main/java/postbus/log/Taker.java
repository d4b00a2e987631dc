package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.mail.MalformedRecord;
import postbus.mail.UnknownVersion;

/**
 * Decides which record is taken next, and what becomes of one that failed: another attempt, a dead
 * letter, or, in a run of failures, a pause of the whole stage with one probe at a time.
 *
 * <p>{@link #take} and {@link #idleUntil} belong to the reader's thread; the rest may be called
 * from any.
 */
final class Taker {
  private static final Logger LOG = Logger.getLogger(Taker.class);

  private final StageSettings settings;
  private final ContentLease lease;
  private final RecordWork work;
  private final StageWriter writer;
  private final Runnable wake;
  private final FailureRun run;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Again> again =
      new PriorityQueue<>(Comparator.comparingLong(Again::at));
  private long nextProbe;
  private boolean probeNew;
  private volatile boolean starved;

  /** An attempt that ended without a result; without a reason, it is not the record's fault. */
  private record Ended(InHand inHand, @Nullable Throwable reason, boolean paused, Duration rest) {}

  private record Again(InHand inHand, long at) {}

  /**
   * @param lease what follows is also written while its store is away
   * @param wake ends the reader's wait for records
   */
  Taker(
      StageSettings settings,
      ContentLease lease,
      RecordWork work,
      StageWriter writer,
      Runnable wake) {
    this.settings = settings;
    this.lease = lease.unlessAway();
    this.work = work;
    this.writer = writer;
    this.wake = wake;
    this.run = new FailureRun(settings.runMax());
  }

  StageSettings settings() {
    return settings;
  }

  ContentLease lease() {
    return lease;
  }

  StageWriter writer() {
    return writer;
  }

  void succeeded() {
    if (run.succeeded()) {
      LOG.infof("%s: a success; the stage goes on.", settings.name());
      wake.run();
    }
  }

  /** Whether a run of failures has made the stage pause. */
  boolean isPaused() {
    return run.isPaused();
  }

  void failed(InHand inHand, Throwable reason) {
    boolean paused = run.isPaused();
    inHand.window().meters().failed();
    if (ContentsAway.isCauseOf(reason)) {
      LOG.warnf("%s: %s waits for its content: %s", settings.name(), inHand, reason);
      end(new Ended(inHand, null, true, settings.pauseWait()));
      return;
    }
    LOG.warnf(reason, "%s: attempt %d at %s failed.", settings.name(), inHand.attempt(), inHand);
    if (run.failed(inHand.window().partition(), inHand.record().offset())) {
      Alarm.PAUSED.raise(
          LOG,
          "%s: %d records failed one after the other; the stage pauses.",
          settings.name(),
          settings.runMax());
    }
    end(new Ended(inHand, reason, paused, settings.againAfter()));
  }

  void abandoned(InHand inHand) {
    if (!inHand.window().isStopping()) {
      end(new Ended(inHand, null, true, settings.againAfter()));
    }
  }

  private void end(Ended attempt) {
    ended.add(attempt);
    wake.run();
  }

  /** Outcomes were recorded, so that windows may have room. */
  void roomMade() {
    if (starved) {
      starved = false;
      wake.run();
    }
  }

  /** Takes what fits into the windows and is due. */
  void take(Collection<PartitionWindow> windows, long now) {
    digest(now);
    if (run.isPaused()) {
      if (now >= nextProbe) {
        nextProbe = now + settings.pauseWait().toMillis();
        probe(windows, now);
      }
      return;
    }
    nextProbe = now + settings.pauseWait().toMillis();
    while (!again.isEmpty() && again.peek().at() <= now) {
      retake(again.remove().inHand());
    }
    for (PartitionWindow window : windows) {
      while (takeNext(window, now)) {}
    }
  }

  /** Until when there is nothing to do here unless something happens. */
  long idleUntil(Collection<PartitionWindow> windows) {
    if (run.isPaused()) {
      return nextProbe;
    }
    long until = again.isEmpty() ? Long.MAX_VALUE : again.peek().at();
    for (PartitionWindow window : windows) {
      if (!window.waiting.isEmpty() && window.hasRoom()) {
        until = Math.min(until, window.holdUntil);
      }
    }
    return until;
  }

  /** Turns attempts that ended without a result into further attempts or dead letters. */
  private void digest(long now) {
    for (Ended end = ended.poll(); end != null; end = ended.poll()) {
      InHand inHand = end.inHand();
      boolean last = !end.paused() && inHand.attempt() >= settings.attemptsMax();
      if (inHand.window().isStopping()) {
        continue;
      }
      if (last && end.reason() != null && !run.isPaused()) {
        LOG.errorf("%s: %s becomes a dead letter.", settings.name(), inHand);
        InHand dead = inHand.again(false);
        // In the place of the attempt that failed: else the commit would call its offset
        // unfinished.
        inHand.window().take(dead);
        dead.deadLetter(String.valueOf(end.reason()));
      } else {
        long at = now + end.rest().toMillis();
        again.add(new Again(inHand.again(!end.paused() && !last), at));
      }
    }
  }

  /** One record that failed before and one new one in turn. */
  private void probe(Collection<PartitionWindow> windows, long now) {
    probeNew = !probeNew;
    if (probeNew && takeOneNew(windows, now)) {
      return;
    }
    for (Again oldest = again.poll(); oldest != null; oldest = again.poll()) {
      if (retake(oldest.inHand())) {
        return;
      }
    }
    takeOneNew(windows, now);
  }

  private boolean takeOneNew(Collection<PartitionWindow> windows, long now) {
    for (PartitionWindow window : windows) {
      if (takeNext(window, now)) {
        return true;
      }
    }
    return false;
  }

  private boolean retake(InHand inHand) {
    if (inHand.window().isStopping()) {
      return false;
    }
    begin(inHand);
    return true;
  }

  /** False if the partition has nothing to take now. */
  private boolean takeNext(PartitionWindow window, long now) {
    ConsumerRecord<byte[], byte[]> record = window.waiting.peek();
    if (record == null || now < window.holdUntil) {
      return false;
    }
    if (!window.hasRoom()) {
      starved = true;
      // Looked at again, as room may have been made before that was written.
      if (!window.hasRoom()) {
        return false;
      }
    }
    window.holdUntil = work.notBefore(record);
    if (now < window.holdUntil) {
      return false;
    }
    InHand inHand = new InHand(this, window, record, 1);
    try {
      work.check(inHand);
    } catch (UnknownVersion e) {
      Alarm.NEWER_VERSION.raise(LOG, "%s waits: %s", window.partition(), e.getMessage());
      window.holdUntil = now + settings.pauseWait().toMillis();
      return false;
    } catch (MalformedRecord e) {
      window.waiting.remove();
      window.take(inHand);
      inHand.deadLetter(String.valueOf(e.getMessage()));
      return true;
    }
    window.waiting.remove();
    begin(inHand);
    return true;
  }

  private void begin(InHand inHand) {
    inHand.window().take(inHand);
    try {
      work.begin(inHand);
    } catch (RuntimeException e) {
      inHand.fail(e);
    }
  }
}
