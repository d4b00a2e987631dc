package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
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
    Set<String> forbidden = new HashSet<>();
    Map<String, TopicDescription> described = described(topics, false, wait, forbidden);
    if (!forbidden.isEmpty()) {
      throw new TimeoutException("no answer about " + forbidden + ", which may not be described");
    }
    return ids(described);
  }

  /**
   * Of the topics of these partitions, those that we may read.
   *
   * @param refused told the others, if there are any
   */
  Map<String, Uuid> readable(
      Collection<TopicPartition> partitions, Duration wait, Consumer<Set<String>> refused)
      throws TimeoutException, InterruptedException {
    Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    Set<String> forbidden = new HashSet<>();
    Map<String, TopicDescription> all = described(topics, true, wait, forbidden);
    all.forEach((name, topic) -> {
      if (!topic.authorizedOperations().contains(AclOperation.READ)) {
        forbidden.add(name);
      }
    });
    if (!forbidden.isEmpty()) {
      all.keySet().removeAll(forbidden);
      refused.accept(forbidden);
    }
    return ids(all);
  }

  private static Map<String, Uuid> ids(Map<String, TopicDescription> topics) {
    Map<String, Uuid> ids = HashMap.newHashMap(topics.size());
    topics.forEach((name, topic) -> ids.put(name, topic.topicId()));
    return ids;
  }

  private Map<String, TopicDescription> described(
      Collection<String> topics, boolean withRights, Duration wait, Set<String> forbidden)
      throws TimeoutException, InterruptedException {
    DescribeTopicsOptions asked =
        new DescribeTopicsOptions().includeAuthorizedOperations(withRights);
    Map<String, TopicDescription> all = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> described :
        admin.describeTopics(topics, asked).topicNameValues().entrySet()) {
      try {
        TopicDescription topic = described.getValue().get(wait.toMillis(), TimeUnit.MILLISECONDS);
        all.put(described.getKey(), topic);
        partitions.put(described.getKey(), topic.partitions().size());
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case UnknownTopicOrPartitionException _ -> {}
          case TopicAuthorizationException _ -> forbidden.add(described.getKey());
          case null, default -> throw new TimeoutException(String.valueOf(e.getCause()));
        }
      }
    }
    return all;
  }

  /** How many partitions a topic had when it was last asked for; 1 if it never was. */
  int partitions(String topic) {
    return partitions.getOrDefault(topic, 1);
  }
}
