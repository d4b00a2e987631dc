package postbus.log;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;

/**
 * The mails of one partition that are in hand, for as long as the partition is ours without a
 * break: each assignment makes a new window, and what was begun in an old one ends with it.
 *
 * <p>{@link #waiting}, {@link #holdUntil} and {@link #paused} belong to the reader's thread; the
 * rest may be used from any.
 */
final class PartitionWindow {
  private static final Logger LOG = Logger.getLogger(PartitionWindow.class);

  /** Read, but not taken: the window was full, or their time has not come. */
  final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

  /** Nothing is taken before this time, in milliseconds since 1970. */
  long holdUntil;

  /** Whether the consumer has been told to fetch no more. */
  boolean paused;

  private final TopicPartition partition;
  private final Uuid topicId;
  private final Resume resume;
  private final int mailsMax;
  private final long octetsMax;
  private final TopicMeters meters;
  private final TreeMap<Long, InHand> inHand = new TreeMap<>();
  private long next;
  private int resumed;
  private long octets;
  private int irrevocable;
  private int recording;
  private boolean stopping;
  private boolean dropped;
  private long settledBelow;
  private volatile Seen seen = new Seen(0, 0, 0, 0, Long.MAX_VALUE);

  /**
   * What the gauges show, of one moment.
   *
   * @param share of what may be in hand that is, by mails or by octets; 1 and more: it is full
   * @param backlog offsets that are not done with; some may hold no mail
   * @param oldest when the first record not done with was written, in milliseconds since 1970;
   *     {@link Long#MAX_VALUE} if none is known
   */
  record Seen(int mails, long octets, double share, long backlog, long oldest) {}

  PartitionWindow(
      TopicPartition partition,
      Uuid topicId,
      Resume resume,
      StageSettings settings,
      TopicMeters meters) {
    this.partition = partition;
    this.topicId = topicId;
    this.resume = resume;
    this.mailsMax = settings.windowMails();
    this.octetsMax = settings.windowBytes();
    this.meters = meters;
    this.next = resume.next();
    this.settledBelow = resume.start();
  }

  TopicPartition partition() {
    return partition;
  }

  Uuid topicId() {
    return topicId;
  }

  Resume resume() {
    return resume;
  }

  TopicMeters meters() {
    return meters;
  }

  Seen seen() {
    return seen;
  }

  /**
   * Looks at itself for the gauges; on the reader's thread.
   *
   * @param unread offsets of the partition that the consumer has not returned yet
   */
  synchronized void look(long unread) {
    ConsumerRecord<byte[], byte[]> first =
        inHand.isEmpty() ? waiting.peek() : inHand.firstEntry().getValue().record();
    long oldest = first == null ? Long.MAX_VALUE : first.timestamp();
    double share = Math.max((double) inHand.size() / mailsMax, (double) octets / octetsMax);
    seen = new Seen(inHand.size(), octets, share, unread + waiting.size() + inHand.size(), oldest);
  }

  synchronized boolean hasRoom() {
    return !stopping && inHand.size() < mailsMax && octets < octetsMax;
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  synchronized boolean isDropped() {
    return dropped;
  }

  /** Everything below is done with, and committed as such. */
  synchronized long settledBelow() {
    return settledBelow;
  }

  /** Takes a record into the window: one not yet in hand, or one in hand for another attempt. */
  synchronized void take(InHand taken) {
    long offset = taken.record().offset();
    if (inHand.put(offset, taken) != null) {
      return;
    }
    octets += taken.octets();
    meters.taken(taken.octets());
    next = Math.max(next, offset + 1);
    long[] unfinished = resume.unfinished();
    for (; resumed < unfinished.length && unfinished[resumed] <= offset; resumed++) {
      if (unfinished[resumed] < offset) {
        LOG.errorf("%s: the unfinished offset %d is gone.", partition, unfinished[resumed]);
      }
    }
  }

  /** See {@link Taken#passPointOfNoReturn}. */
  synchronized boolean pass(InHand taken) {
    if (stopping) {
      return taken.isIrrevocable();
    }
    if (taken.markIrrevocable()) {
      irrevocable++;
    }
    return true;
  }

  /** The work on a mail has ended; false if that no longer counts. */
  synchronized boolean end(InHand taken, boolean finished) {
    if (taken.isIrrevocable()) {
      irrevocable--;
    }
    if (finished && !dropped) {
      recording++;
    }
    notifyAll();
    return !dropped;
  }

  /**
   * The offset to commit and its note, once those that {@link InHand#isRecording} are recorded with
   * it.
   */
  synchronized OffsetAndMetadata commit() {
    long[] unfinished = resume.unfinished();
    long[] rest = new long[inHand.size() + unfinished.length - resumed];
    int count = 0;
    for (InHand taken : inHand.values()) {
      if (!taken.isRecording()) {
        rest[count++] = taken.record().offset();
      }
    }
    for (int i = resumed; i < unfinished.length; i++) {
      rest[count++] = unfinished[i];
    }
    OffsetNote note = new OffsetNote(topicId, Arrays.copyOf(rest, count));
    return new OffsetAndMetadata(next, note.text(next));
  }

  /** These are recorded, with the commit that says so. */
  synchronized void settle(Collection<Finished> recorded, OffsetAndMetadata commit) {
    for (Finished finished : recorded) {
      if (finished.inHand().window() == this) {
        InHand done = finished.inHand();
        inHand.remove(done.record().offset());
        octets -= done.octets();
        recording--;
      }
    }
    OffsetNote note = OffsetNote.parse(commit.metadata(), commit.offset());
    settledBelow = note.unfinished().length == 0 ? commit.offset() : note.unfinished()[0];
    notifyAll();
  }

  /** The outcome will not be recorded; the mail stays unfinished. */
  synchronized void giveUp(InHand taken) {
    taken.recording(false);
    recording--;
    notifyAll();
  }

  /** From now on nothing is taken and nothing passes its point of no return. */
  synchronized void stop() {
    stopping = true;
  }

  /** Waits until nothing that has passed its point of no return is in work. */
  synchronized void awaitIrrevocable(long deadlineNanos) throws InterruptedException {
    while (irrevocable > 0 && waitUntil(deadlineNanos)) {}
  }

  /** Waits until all that is finished is recorded. */
  synchronized void awaitRecorded(long deadlineNanos) throws InterruptedException {
    while (recording > 0 && waitUntil(deadlineNanos)) {}
  }

  private boolean waitUntil(long deadlineNanos) throws InterruptedException {
    long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      return false;
    }
    wait(millis);
    return true;
  }

  /** The partition is no longer ours: nothing that ends from now on is recorded. */
  synchronized void drop() {
    stopping = true;
    dropped = true;
    waiting.clear();
  }
}
