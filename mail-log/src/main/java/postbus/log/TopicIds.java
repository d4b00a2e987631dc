package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The ids of topics: a topic that is deleted and created anew has another one. */
final class TopicIds {
  private final Admin admin;
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

  TopicIds(Admin admin) {
    this.admin = admin;
  }

  /**
   * Topics that do not exist are left out.
   *
   * @throws TimeoutException if the broker did not answer in time, or not with an answer
   */
  Map<String, Uuid> of(Collection<String> topics, Duration wait)
      throws TimeoutException, InterruptedException {
    Map<String, Uuid> ids = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> described :
        admin.describeTopics(topics).topicNameValues().entrySet()) {
      try {
        TopicDescription topic = described.getValue().get(wait.toMillis(), TimeUnit.MILLISECONDS);
        ids.put(described.getKey(), topic.topicId());
        partitions.put(described.getKey(), topic.partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new TimeoutException(String.valueOf(e.getCause()));
        }
      }
    }
    return ids;
  }

  /** How many partitions a topic had when it was last asked for; 1 if it never was. */
  int partitions(String topic) {
    return partitions.getOrDefault(topic, 1);
  }
}
