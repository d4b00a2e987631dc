package postbus.log;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which of a stage's retry topics a mail waits in, and how all of them are found. */
final class Retries {
  /** A mail may wait this part of a delay more or less than the delay itself. */
  private static final int SLACK = 8;

  private Retries() {}

  /** The consumer group of a stage's retry topics. */
  static String group(String stage) {
    return stage + ".retry";
  }

  /** All retry topics of a stage, also those that its settings no longer name. */
  static Inputs.Matching every(String stage) {
    return new Inputs.Matching(Pattern.compile("retry\\." + Pattern.quote(stage) + "\\.\\d+[smh]"));
  }

  /**
   * In which of the delays a mail waits next: the one that is as long as the wait, give or take an
   * {@link #SLACK}th, or else the longest that is shorter; it waits for the rest after that. So the
   * mails of one topic become due nearly in order, and the first of them holds no other up by much.
   */
  static Duration step(List<Duration> delays, Duration wait) {
    return delays.stream()
        .filter(delay -> latest(delay).compareTo(wait) >= 0)
        .min(Comparator.naturalOrder())
        .filter(delay -> delay.compareTo(latest(wait)) <= 0)
        .or(() ->
            delays.stream()
                .filter(delay -> delay.compareTo(wait) < 0)
                .max(Comparator.naturalOrder()))
        .or(() -> delays.stream().min(Comparator.naturalOrder()))
        .orElseThrow(() -> new IllegalStateException("the stage has no retry delays"));
  }

  /**
   * When a record leaves its retry topic: when it is due, but no later than the topic's delay and
   * an {@link #SLACK}th; in milliseconds since 1970.
   */
  static long leaves(ConsumerRecord<byte[], byte[]> record, long due) {
    return Math.min(due, record.timestamp() + latest(delay(record.topic())).toMillis());
  }

  private static Duration latest(Duration delay) {
    return delay.plus(delay.dividedBy(SLACK));
  }

  /** The inverse of {@link Topics#retry}. */
  private static Duration delay(String topic) {
    int end = topic.length() - 1;
    long count = Long.parseLong(topic, topic.lastIndexOf('.') + 1, end, 10);
    return switch (topic.charAt(end)) {
      case 'h' -> Duration.ofHours(count);
      case 'm' -> Duration.ofMinutes(count);
      default -> Duration.ofSeconds(count);
    };
  }
}
