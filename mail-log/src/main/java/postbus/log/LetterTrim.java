package postbus.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsResult;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import postbus.log.LetterMark.What;

/**
 * Deletes letters that are done with, and then their marks. Dead letters that nobody has looked
 * after are never deleted: old ones are alarmed.
 *
 * <p>Guarantee: a letter is deleted only if its mark has said for longer than the replay window
 * that it is done with. Two may do so at once, and a crash leaves the rest to the next time. Limit:
 * letters are deleted from the oldest of a partition on, so one that waits keeps those behind it.
 */
public final class LetterTrim {
  private static final Logger LOG = Logger.getLogger(LetterTrim.class);

  /** For each answer of the log. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** From when on a dead letter that waits is alarmed: long before its content goes. */
  public static final Duration OLD = Duration.ofDays(30);

  private static final Duration ALARM_EVERY = Duration.ofDays(1);

  private final LogAccess log;
  private final Duration replayWindow;
  private Instant alarmed = Instant.MIN;

  public LetterTrim(LogAccess log) {
    this(log, StageSettings.REPLAY_WINDOW);
  }

  LetterTrim(LogAccess log, Duration replayWindow) {
    this.log = log;
    this.replayWindow = replayWindow;
  }

  /**
   * Deletes what may go.
   *
   * @return how many letters went, as their marks tell, which went too
   */
  public int trim(Instant now) throws IOException {
    Map<String, Object> to = log.with(Map.of());
    try (Letters letters = new Letters(log, WAIT, false);
        Admin admin = Admin.create(to)) {
      Map<LetterId, LetterMark> marks = letters.marks();
      Map<TopicPartition, Long> kept = new HashMap<>();
      List<Letter> old = new ArrayList<>();
      for (String stage : letters.stages()) {
        kept.putAll(
            letters.pass(
                stage,
                letter -> {
                  LetterMark mark = LetterMark.of(letter, marks);
                  if (!mark.isDone() && letter.at().isBefore(now.minus(OLD))) {
                    old.add(letter);
                  }
                  return isPast(mark, now);
                }));
      }
      kept.putAll(
          letters.pass(LetterId.QUARANTINE, letter -> isPast(LetterMark.of(letter, marks), now)));
      alarm(old, now);
      return forget(marks, delete(admin, kept));
    } catch (KafkaException refused) {
      throw LogUnreachable.of(log, refused);
    }
  }

  /** What a newer release has done with it, this one does not judge. */
  private boolean isPast(LetterMark mark, Instant now) {
    return mark.isDone()
        && mark.last()
            .filter(step -> step.what() != What.UNKNOWN)
            .filter(step -> step.at().isBefore(now.minus(replayWindow)))
            .isPresent();
  }

  private void alarm(List<Letter> old, Instant now) {
    if (!old.isEmpty() && !alarmed.isAfter(now.minus(ALARM_EVERY))) {
      alarmed = now;
      for (Letter letter : old) {
        Alarm.DEAD_LETTER_OLD.raise(
            LOG, "dead letter %s waits since %s: %s", letter.id(), letter.at(), letter.reason());
      }
    }
  }

  /** Where each partition begins then. */
  private Map<TopicPartition, Long> delete(Admin admin, Map<TopicPartition, Long> kept)
      throws LogUnreachable {
    Map<TopicPartition, RecordsToDelete> deletes = new HashMap<>();
    kept.forEach(
        (partition, offset) -> deletes.put(partition, RecordsToDelete.beforeOffset(offset)));
    DeleteRecordsResult deleting = admin.deleteRecords(deletes);
    Map<TopicPartition, Long> first = new HashMap<>();
    try {
      for (var deleted : deleting.lowWatermarks().entrySet()) {
        var answer = deleted.getValue().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        first.put(deleted.getKey(), answer.lowWatermark());
      }
      return first;
    } catch (ExecutionException | TimeoutException e) {
      throw LogUnreachable.of(log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LogUnreachable.of(log, e);
    }
  }

  /** Deletes the marks of letters that are not there; those of which the log is silent stay. */
  private int forget(Map<LetterId, LetterMark> marks, Map<TopicPartition, Long> first) {
    List<LetterId> gone =
        marks.keySet().stream()
            .filter(id -> id.offset() < first.getOrDefault(id.place(), 0L))
            .toList();
    if (!gone.isEmpty()) {
      int millis = Math.toIntExact(WAIT.toMillis());
      Map<String, Object> to =
          log.with(
              Map.of(
                  "request.timeout.ms", millis,
                  "delivery.timeout.ms", 2 * millis,
                  "max.block.ms", millis));
      try (var producer =
          new KafkaProducer<>(to, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (LetterId id : gone) {
          byte[] key = id.toString().getBytes(UTF_8);
          var _ = producer.send(new ProducerRecord<>(Topics.MARKS, key, null));
        }
        producer.flush();
      }
    }
    return gone.size();
  }
}
