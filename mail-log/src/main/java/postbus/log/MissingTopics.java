package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;

/**
 * The topics that outcomes go to and that are not there, by the broker's own word; as long as one
 * is missing, what goes to it is refused at once, so that no other outcome waits for it. Used on
 * the writer's thread.
 */
final class MissingTopics {
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  /** A topic that is deleted and created anew is not there for a moment. */
  private static final int LOOKS = 2;

  private final TopicIds topicIds;
  private final Map<String, Integer> missed = new HashMap<>();

  MissingTopics(TopicIds topicIds) {
    this.topicIds = topicIds;
  }

  /** Before a transaction: whether some outcome of it is refused. */
  boolean refuses(Collection<Finished> batch) throws InterruptedException {
    if (missed.isEmpty()) {
      return false;
    }
    look(Set.copyOf(missed.keySet()), 0);
    return refuse(batch);
  }

  /** After one that failed: finds out whether topics are the reason. */
  void suspect(Collection<Finished> batch) throws InterruptedException {
    Set<String> late = new HashSet<>();
    for (Finished outcome : batch) {
      if (outcome.isLate()) {
        outcome.records().forEach(record -> late.add(record.topic()));
      }
    }
    if (!late.isEmpty()) {
      look(late, 1);
      refuse(batch);
    }
  }

  private void look(Set<String> topics, int count) throws InterruptedException {
    try {
      Set<String> there = topicIds.of(topics, ANSWER_WAIT).keySet();
      for (String topic : topics) {
        if (there.contains(topic)) {
          missed.remove(topic);
        } else {
          missed.merge(topic, count, Integer::sum);
        }
      }
    } catch (TimeoutException _) {
      // Then it is the broker that is away, and nothing is known about topics.
    }
  }

  private boolean refuse(Collection<Finished> batch) {
    boolean some = false;
    for (Finished outcome : batch) {
      for (ProducerRecord<byte[], byte[]> record : outcome.records()) {
        if (missed.getOrDefault(record.topic(), 0) >= LOOKS) {
          outcome.refuse(new InvalidTopicException("there is no topic " + record.topic()));
          some = true;
        }
      }
    }
    return some;
  }
}
