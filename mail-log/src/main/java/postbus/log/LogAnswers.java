package postbus.log;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;

/**
 * Asks whether topics can be written: each of their partitions has the replicas that an append
 * needs, and its leader answers. It writes nothing, so a yes is no promise.
 */
public final class LogAnswers {
  private final Admin admin;
  private final Duration wait;
  private final int replicasMin;

  private LogAnswers(Admin admin, Duration wait, int replicasMin) {
    this.admin = admin;
    this.wait = wait;
    this.replicasMin = replicasMin;
  }

  /**
   * Blocks until the log has answered, or the time for that is up; no exception.
   *
   * @param written what the log is to let us write
   * @param wait for each of three answers
   */
  public static boolean areThere(
      LogSettings log, Collection<String> topics, Collection<String> written, Duration wait) {
    int millis = Math.toIntExact(wait.toMillis());
    int replicasMin =
        switch (log.shape()) {
          case ONE_MACHINE -> 1;
          case CLUSTER -> TopicCatalogue.REPLICAS_MIN;
        };
    try (Admin admin =
        Admin.create(
            log.access()
                .with(Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis)))) {
      LogAnswers answers = new LogAnswers(admin, wait, replicasMin);
      return answers.areThere(topics) && answers.mayBeWritten(written);
    } catch (ExecutionException | TimeoutException | KafkaException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean areThere(Collection<String> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    Collection<TopicDescription> described =
        answer(admin.describeTopics(topics).allTopicNames()).values();
    Map<TopicPartition, OffsetSpec> all =
        described.stream()
            .flatMap(topic ->
                topic.partitions().stream()
                    .map(each -> new TopicPartition(topic.name(), each.partition())))
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    return described.stream().allMatch(this::isInSync)
        && answer(admin.listOffsets(all).all()).keySet().equals(all.keySet());
  }

  private boolean mayBeWritten(Collection<String> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    DescribeTopicsOptions asked = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    return answer(admin.describeTopics(topics, asked).allTopicNames()).values().stream()
        .allMatch(topic -> topic.authorizedOperations().contains(AclOperation.WRITE));
  }

  private boolean isInSync(TopicDescription topic) {
    return topic.partitions().stream()
        .allMatch(each -> each.leader() != null && each.isr().size() >= replicasMin);
  }

  private <T> T answer(KafkaFuture<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
  }
}
