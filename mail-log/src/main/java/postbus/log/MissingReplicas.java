package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Partitions that have fewer replicas in step than they were given. Nothing stops by it, but there
 * is less to lose; so the brokers that are away, or behind, are named.
 *
 * @param brokers their numbers, in order
 */
public record MissingReplicas(int partitions, Collection<Integer> brokers) {
  private static final ListTopicsOptions ALL = new ListTopicsOptions().listInternal(true);

  /** Those of all topics of a log, Kafka's own included; the time is for each of two answers. */
  public static MissingReplicas of(LogAccess log, Duration wait) throws LogUnreachable {
    int millis = Math.toIntExact(wait.toMillis());
    Map<String, Object> limits =
        Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis);
    Admin admin = Admin.create(log.with(limits));
    try {
      Collection<String> names = answer(admin.listTopics(ALL).names(), log, wait);
      return among(answer(admin.describeTopics(names).allTopicNames(), log, wait).values());
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  static MissingReplicas among(Collection<TopicDescription> topics) {
    int partitions = 0;
    var brokers = new TreeSet<Integer>();
    for (TopicDescription topic : topics) {
      for (TopicPartitionInfo partition : topic.partitions()) {
        var missing = new TreeSet<>(partition.replicas().stream().map(Node::id).toList());
        partition.isr().forEach(inStep -> missing.remove(inStep.id()));
        partitions += missing.isEmpty() ? 0 : 1;
        brokers.addAll(missing);
      }
    }
    return new MissingReplicas(partitions, brokers);
  }

  private static <T> T answer(KafkaFuture<T> future, LogAccess log, Duration wait)
      throws LogUnreachable {
    try {
      return future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw LogUnreachable.of(log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LogUnreachable.of(log, e);
    }
  }
}
