package postbus.log;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import postbus.mail.MalformedRecord;

/**
 * Moves what waits in a stage's retry topics back to the topic it came from, once it is due: the
 * record as it is, in one transaction with the offset. It reads every retry topic of the stage,
 * also one that the settings no longer name.
 *
 * <p>Only the first record of a partition is looked at, as those of one topic become due nearly in
 * order.
 */
final class RetryMover implements AutoCloseable {
  private final Stage stage;

  /**
   * @param settings those of the stage whose retries these are
   */
  RetryMover(StageSettings settings, LogSettings log) {
    // Once moved, the record is in its topic again: here nothing is kept for a replay.
    StageSettings reading = settings.reading(Retries.every(settings.name()), Duration.ZERO);
    stage =
        new Stage(
            reading, settings.name() + ".retry", log, _ -> {}, new Moving(), Faults.NONE, null);
  }

  /** Begins to move as soon as the log can be reached. */
  void start() {
    stage.start();
  }

  /** See {@link Stage#isReady}. */
  boolean isReady() {
    return stage.isReady();
  }

  @Override
  public void close() {
    stage.close();
  }

  private static final class Moving implements RecordWork {

    @Override
    public long notBefore(ConsumerRecord<byte[], byte[]> record) {
      try {
        return due(record);
      } catch (MalformedRecord _) {
        return 0;
      }
    }

    @Override
    public void check(InHand inHand) throws MalformedRecord {
      due(inHand.record());
      origin(inHand.record());
    }

    @Override
    public void begin(InHand inHand) {
      ConsumerRecord<byte[], byte[]> record = inHand.record();
      String origin = MailRecords.header(record, MailRecords.ORIGIN);
      if (origin == null) {
        throw new IllegalStateException("checked before");
      }
      ProducerRecord<byte[], byte[]> back = MailRecords.copy(origin, record);
      back.headers().remove(MailRecords.DUE).remove(MailRecords.ORIGIN);
      var _ = inHand.finish(inHand.followUp().record(back));
    }

    private static long due(ConsumerRecord<byte[], byte[]> record) throws MalformedRecord {
      String due = need(MailRecords.header(record, MailRecords.DUE), MailRecords.DUE);
      try {
        return Long.parseLong(due);
      } catch (NumberFormatException e) {
        throw new MalformedRecord("the header due is no time: " + due, e);
      }
    }

    private static String origin(ConsumerRecord<byte[], byte[]> record) throws MalformedRecord {
      return need(MailRecords.header(record, MailRecords.ORIGIN), MailRecords.ORIGIN);
    }

    private static String need(@Nullable String value, String name) throws MalformedRecord {
      if (value == null) {
        throw new MalformedRecord("the header " + name + " is missing");
      }
      return value;
    }
  }
}
