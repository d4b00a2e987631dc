package postbus.log;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.MalformedRecord;

/** One attempt at one record, from when it is taken until it ends. */
final class InHand implements Taken {
  private static final Logger LOG = Logger.getLogger(InHand.class);

  private final Taker taker;
  private final PartitionWindow window;
  private final ConsumerRecord<byte[], byte[]> record;
  private final int attempt;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final long since = System.nanoTime();
  private @Nullable Mail mail;
  private volatile boolean irrevocable;
  private boolean recording;

  /**
   * @param attempt 1 for the first
   */
  InHand(Taker taker, PartitionWindow window, ConsumerRecord<byte[], byte[]> record, int attempt) {
    this.taker = taker;
    this.window = window;
    this.record = record;
    this.attempt = attempt;
  }

  /** Another attempt at the same record; {@code counted} if the last one was the record's fault. */
  InHand again(boolean counted) {
    InHand again = new InHand(taker, window, record, counted ? attempt + 1 : attempt);
    again.mail = mail;
    return again;
  }

  void read() throws MalformedRecord {
    mail = MailRecords.mail(record);
  }

  PartitionWindow window() {
    return window;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  int attempt() {
    return attempt;
  }

  long octets() {
    return Math.max(0, record.serializedValueSize());
  }

  /** Under the window's lock; true the first time. */
  boolean markIrrevocable() {
    boolean first = !irrevocable;
    irrevocable = true;
    return first;
  }

  boolean isIrrevocable() {
    return irrevocable;
  }

  /** On the writer's thread: whether the outcome is part of the next transaction. */
  void recording(boolean recording) {
    this.recording = recording;
  }

  boolean isRecording() {
    return recording;
  }

  @Override
  public Mail mail() {
    if (mail == null) {
      throw new IllegalStateException("the record was not read as a mail");
    }
    return mail;
  }

  @Override
  public String topic() {
    return record.topic();
  }

  @Override
  public int partition() {
    return record.partition();
  }

  @Override
  public long offset() {
    return record.offset();
  }

  @Override
  public String key() {
    return MailRecords.key(record);
  }

  @Override
  public FollowUpRecords followUp() {
    return new FollowUpRecords(
        taker.settings(), taker.lease(), record, attempt, this::isIrrevocable);
  }

  @Override
  public boolean isOurs() {
    return !window.isStopping();
  }

  @Override
  public boolean passPointOfNoReturn() {
    if (!irrevocable) {
      mail().envelope().body().stored().ifPresent(taker.lease()::extend);
    }
    return window.pass(this);
  }

  @Override
  public CompletableFuture<Void> finish(FollowUp followUp) {
    if (!(followUp instanceof FollowUpRecords records)) {
      throw new IllegalArgumentException("a follow-up begins with Taken.followUp()");
    }
    taker.succeeded();
    return record(records);
  }

  /**
   * Makes the record a dead letter, as it is, with an event if it holds a mail. Returns at once:
   * the store of a content may take its time, and the reader has none.
   */
  void deadLetter(String reason) {
    withoutWaiting(() -> recordDead(reason));
  }

  /** The same in the place of an end that the log refused. */
  void deadLetter(Finished refused, String reason) {
    withoutWaiting(() -> {
      try {
        taker.writer().record(refused.asDeadLetter(deadLetterRecords(reason)));
      } catch (RuntimeException noLetter) {
        giveUp(refused, noLetter);
      }
    });
  }

  /** Neither an end nor a dead letter is recorded: it stays unfinished, for whoever comes next. */
  void giveUp(Finished end, Exception why) {
    Alarm.NOT_RECORDED.raise(
        LOG,
        "the log takes neither what follows from %s@%d nor its dead letter: %s",
        window.partition(),
        record.offset(),
        why);
    window.giveUp(this);
    end.recorded().completeExceptionally(why);
  }

  private void withoutWaiting(Runnable recording) {
    if (hasStoredContent()) {
      Thread.ofVirtual().name("dead-letter-" + this).start(recording);
    } else {
      recording.run();
    }
  }

  private boolean hasStoredContent() {
    try {
      return mailOrRead().envelope().body().stored().isPresent();
    } catch (MalformedRecord _) {
      return false;
    }
  }

  /** A record that was not read as a mail may hold one. */
  private Mail mailOrRead() throws MalformedRecord {
    return mail == null ? MailRecords.mail(record) : mail;
  }

  private void recordDead(String reason) {
    try {
      var _ = record(deadLetterRecords(reason));
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private FollowUpRecords deadLetterRecords(String reason) {
    FollowUpRecords followUp = followUp();
    String stage = taker.settings().name();
    ProducerRecord<byte[], byte[]> letter = MailRecords.copy(Topics.deadLetter(stage), record);
    MailRecords.dead(letter.headers(), reason, record, attempt);
    followUp.record(letter);
    try {
      Envelope dead = mailOrRead().envelope();
      extend(dead);
      followUp.event(Event.now(stage, Event.What.DEAD_LETTERED, dead, dead.recipients(), reason));
    } catch (MalformedRecord _) {
      // Then there is no mail that the event could be about.
    }
    return followUp;
  }

  /** A content that is gone may be why the mail is dead: the letter is written all the same. */
  private void extend(Envelope dead) {
    try {
      dead.body().stored().ifPresent(taker.lease()::extend);
    } catch (UncheckedIOException e) {
      Alarm.CONTENT_GONE.raise(
          LOG, e, "the dead letter of %s may be without its content.", dead.id());
    }
  }

  private CompletableFuture<Void> record(FollowUpRecords records) {
    if (!ended.compareAndSet(false, true)) {
      throw new IllegalStateException("the work on this mail has ended before");
    }
    Finished finished = new Finished(this, records.records());
    taker.writer().meters().worked(finished.since() - since);
    if (window.end(this, true)) {
      taker.writer().record(finished);
    } else {
      finished.recorded().completeExceptionally(lost());
    }
    return finished.recorded();
  }

  OwnershipLost lost() {
    return new OwnershipLost(window.partition().toString());
  }

  @Override
  public void fail(Throwable reason) {
    if (ended.compareAndSet(false, true) && window.end(this, false)) {
      taker.failed(this, reason);
    }
  }

  @Override
  public void abandon() {
    if (ended.compareAndSet(false, true) && window.end(this, false)) {
      taker.abandoned(this);
    }
  }

  /** Where its record is, for people. */
  @Override
  public String toString() {
    return window.partition() + "@" + record.offset();
  }
}
