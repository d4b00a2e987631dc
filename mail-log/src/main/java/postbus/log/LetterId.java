package postbus.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Names one letter for ever: its place in the log, printed as {@code stage:partition:offset}, such
 * as {@code normal:0:17}.
 *
 * @param stage the stage that gave the record up, or the pool; {@link #QUARANTINE} of what policy
 *     holds back
 */
public record LetterId(String stage, int partition, long offset) {
  /** What stands for the stage in quarantine; no pool may be called so. */
  public static final String QUARANTINE = "quarantine";

  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,99}):(\\d{1,6}):(\\d{1,18})");

  /** Empty unless the text is an id as {@link #toString} prints it. */
  public static Optional<LetterId> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
            new LetterId(
                form.group(1), Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))))
        : Optional.empty();
  }

  /** That of a record of a topic of letters. */
  static LetterId of(ConsumerRecord<?, ?> record) {
    String topic = record.topic();
    String stage =
        topic.equals(Topics.QUARANTINE)
            ? QUARANTINE
            : topic.substring(Topics.deadLetter("").length());
    return new LetterId(stage, record.partition(), record.offset());
  }

  /** Whether policy held the mail back; else it is a dead letter. */
  public boolean isQuarantine() {
    return stage.equals(QUARANTINE);
  }

  /** The topic in which it lies. */
  public String topic() {
    return topic(stage);
  }

  /** The partition in which it lies. */
  TopicPartition place() {
    return new TopicPartition(topic(), partition);
  }

  /** The topic of a stage's letters. */
  static String topic(String stage) {
    return stage.equals(QUARANTINE) ? Topics.QUARANTINE : Topics.deadLetter(stage);
  }

  @Override
  public String toString() {
    return stage + ":" + partition + ":" + offset;
  }
}
