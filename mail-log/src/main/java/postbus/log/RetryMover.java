package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import postbus.mail.MalformedRecord;

/**
 * Moves what waits in a stage's retry topics back to where it goes, once it is due, in one
 * transaction with the offset. It reads every retry topic of the stage, also one that the settings
 * no longer name.
 *
 * <p>Only the first record of a partition is looked at, as those of one topic become due nearly in
 * order; see {@link Retries#step}. An operator's order does not wait for that: everything that lay
 * in a partition when it was given is taken at once, and what the order does not concern is written
 * again for the rest of its wait. The committed offset tells how far that has come.
 */
final class RetryMover implements AutoCloseable {
  private final Stage stage;

  /** What the moves need: what becomes of a mail, and who may be in a hurry. */
  record Moves(RetryWork work, Orders orders) {}

  /**
   * @param settings those of the stage whose retries these are
   * @param moves null if every mail goes back to the topic it came from, as it is
   */
  RetryMover(StageSettings settings, LogSettings log, ContentLease lease, @Nullable Moves moves) {
    this(settings, log, lease, moves, Faults.NONE);
  }

  RetryMover(
      StageSettings settings,
      LogSettings log,
      ContentLease lease,
      @Nullable Moves moves,
      Faults faults) {
    // Once moved, the record is in its topic again: here nothing is kept for a replay.
    StageSettings reading = settings.reading(Retries.every(settings.name()), Duration.ZERO);
    RecordWork work = new Moving(moves);
    stage = new Stage(reading, Retries.group(settings.name()), log, lease, work, faults, null);
  }

  /** Begins to move as soon as the log can be reached. */
  void start() {
    stage.start();
  }

  /** See {@link Stage#isReady}. */
  boolean isReady() {
    return stage.isReady();
  }

  /** See {@link Stage#isLive}. */
  boolean isLive() {
    return stage.isLive();
  }

  /** Looks anew at what is due: an order has come. */
  void lookAgain() {
    stage.lookAgain();
  }

  @Override
  public void close() {
    stage.close();
  }

  /** Takes records whose time in their topic is over, and those in a hurry. */
  private record Moving(@Nullable Moves moves) implements RecordWork {

    @Override
    public long notBefore(ConsumerRecord<byte[], byte[]> record) {
      try {
        boolean hurries = moves != null && moves.orders().hurries(record);
        return hurries ? 0 : Retries.leaves(record, due(record));
      } catch (MalformedRecord _) {
        return 0;
      }
    }

    @Override
    public void check(InHand inHand) throws MalformedRecord {
      due(inHand.record());
      origin(inHand.record());
      if (moves != null) {
        inHand.read();
      }
    }

    @Override
    public void begin(InHand inHand) {
      Thread.ofVirtual()
          .name("retry-", 0)
          .start(() -> {
            try {
              var _ = inHand.finish(follow(inHand));
            } catch (RuntimeException | Error | MalformedRecord e) {
              inHand.fail(e);
            }
          });
    }

    private FollowUp follow(InHand inHand) throws MalformedRecord {
      String origin = origin(inHand.record());
      long due = due(inHand.record());
      Optional<FollowUp> ordered = ordered(inHand, origin);
      if (ordered.isPresent()) {
        return ordered.get();
      }
      if (due > System.currentTimeMillis()) {
        return inHand.followUp().waitOn(Instant.ofEpochMilli(due));
      }
      return moves == null ? back(inHand, origin) : moves.work().due(inHand, origin);
    }

    private Optional<FollowUp> ordered(InHand inHand, String origin) {
      return moves == null
          ? Optional.empty()
          : moves
              .orders()
              .covering(inHand)
              .flatMap(order -> moves.work().ordered(order, inHand, origin));
    }

    /** The record as it is. */
    private static FollowUp back(InHand inHand, String origin) {
      ProducerRecord<byte[], byte[]> back = MailRecords.copy(origin, inHand.record());
      back.headers().remove(MailRecords.DUE).remove(MailRecords.ORIGIN);
      return inHand.followUp().record(back);
    }
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
