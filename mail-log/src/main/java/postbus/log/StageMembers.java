package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Which processes serve a stage, as the log's consumer groups have it. */
public final class StageMembers implements AutoCloseable {
  private final LogAccess log;
  private final Duration wait;
  private final Admin admin;

  /**
   * Connects on first use.
   *
   * @param wait for each answer of the log
   */
  public StageMembers(LogAccess log, Duration wait) throws LogUnreachable {
    this.log = log;
    this.wait = wait;
    int millis = Math.toIntExact(wait.toMillis());
    try {
      this.admin =
          Admin.create(
              log.with(Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis)));
    } catch (KafkaException refused) {
      throw LogUnreachable.of(log, refused);
    }
  }

  /**
   * Who serves a stage.
   *
   * @param members processes that take part; 0: nobody serves it
   * @param unowned partitions of the topics asked about that none of them has, in order
   */
  public record Members(int members, List<TopicPartition> unowned) {}

  /**
   * Those of a stage, for topics that it ought to read; one that is not there has no partitions.
   */
  public Members of(String stage, Collection<String> topics) throws LogUnreachable {
    Set<TopicPartition> unowned = partitions(topics);
    Collection<MemberDescription> members = members(stage);
    members.forEach(member -> unowned.removeAll(member.assignment().topicPartitions()));
    members(Retries.group(stage))
        .forEach(member -> unowned.removeAll(member.assignment().topicPartitions()));
    Comparator<TopicPartition> order =
        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);
    return new Members(members.size(), unowned.stream().sorted(order).toList());
  }

  private Set<TopicPartition> partitions(Collection<String> topics) throws LogUnreachable {
    Set<String> there = new HashSet<>(answer(admin.listTopics().names()));
    there.retainAll(topics);
    Map<String, TopicDescription> described =
        new HashMap<>(answer(admin.describeTopics(there).allTopicNames()));
    Set<TopicPartition> partitions = new HashSet<>();
    described.forEach((name, topic) ->
        topic
            .partitions()
            .forEach(each -> partitions.add(new TopicPartition(name, each.partition()))));
    return partitions;
  }

  private Collection<MemberDescription> members(String group) throws LogUnreachable {
    try {
      ConsumerGroupDescription described =
          answer(admin.describeConsumerGroups(List.of(group)).all()).get(group);
      return described == null ? List.of() : described.members();
    } catch (LogUnreachable failure) {
      if (failure.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw failure;
    }
  }

  private <T> T answer(KafkaFuture<T> future) throws LogUnreachable {
    try {
      return future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw LogUnreachable.of(log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LogUnreachable.of(log, e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
