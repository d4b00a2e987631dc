package postbus.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import postbus.mail.Order;

/**
 * Compares the topics and brokers with what they ought to be, and mends what can be mended while
 * they run: missing topics, too few partitions, settings of topics. A broker's own settings, the
 * replication of a topic and too many partitions are an operator's business.
 *
 * <p>Every question has a time limit; {@link LogUnreachable} when it is over.
 */
public final class TopicCheck implements AutoCloseable {
  private static final String MISSING = "missing";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final LogAccess log;
  private final LogSettings.Shape shape;
  private final Duration wait;
  private final Admin admin;

  /** Of a log that lets everybody in. */
  public TopicCheck(String servers, LogSettings.Shape shape, Duration wait) throws LogUnreachable {
    this(LogAccess.open(servers), shape, wait);
  }

  /**
   * @param wait for each answer of the log
   * @throws LogUnreachable if its name is not known
   */
  public TopicCheck(LogAccess log, LogSettings.Shape shape, Duration wait) throws LogUnreachable {
    this.log = log;
    this.shape = shape;
    this.wait = wait;
    int millis = Math.toIntExact(wait.toMillis());
    try {
      this.admin =
          Admin.create(
              log.with(
                  Map.of(
                      "request.timeout.ms", millis,
                      "default.api.timeout.ms", millis,
                      "reconnect.backoff.max.ms", 200)));
    } catch (KafkaException noClient) {
      throw LogUnreachable.of(log, noClient);
    }
  }

  /** What the log looks like: several brokers that run now are a cluster. */
  public static LogSettings.Shape shapeOf(LogAccess log, Duration wait) throws LogUnreachable {
    try (var check = new TopicCheck(log, LogSettings.Shape.ONE_MACHINE, wait)) {
      int brokers = check.answer(check.admin.describeCluster().nodes()).size();
      return brokers > 1 ? LogSettings.Shape.CLUSTER : LogSettings.Shape.ONE_MACHINE;
    }
  }

  /** All differences: of the brokers first, then of the topics in the order given. */
  public List<Difference> compare(List<TopicSpec> topics) throws LogUnreachable {
    List<Difference> differences = brokers();
    Map<String, TopicDescription> existing = existing(topics);
    Map<String, Config> configs = configs(existing.keySet());
    for (TopicSpec topic : topics) {
      TopicDescription is = existing.get(topic.name());
      Config config = configs.get(topic.name());
      if (is == null || config == null) {
        differences.add(
            new Difference(
                topic.name(), "topic", "present", MISSING, "a stage uses it", true, true));
      } else {
        Comparison.shape(topic, is, differences);
        Comparison.settings(topic.name(), topic.settings(), config, true, differences);
      }
    }
    return differences;
  }

  /** Those that must not be there when a process starts. */
  public static List<Difference> promiseBroken(List<Difference> differences) {
    return differences.stream().filter(Difference::breaksPromise).toList();
  }

  /** Creates the topics that are not there, as they ought to be; their names. */
  public List<String> createMissing(List<TopicSpec> topics) throws LogUnreachable {
    Set<String> existing = existing(topics).keySet();
    List<TopicSpec> missing = topics.stream().filter(t -> !existing.contains(t.name())).toList();
    var creations = admin.createTopics(missing.stream().map(TopicCheck::asNew).toList()).values();
    for (KafkaFuture<Void> creation : creations.values()) {
      try {
        answer(creation);
      } catch (LogUnreachable failure) {
        // Another process of this installation starts at the same time.
        if (!(failure.getCause() instanceof TopicExistsException)) {
          throw failure.orMissing(missing);
        }
      }
    }
    until(() -> existing(missing).size() == missing.size(), "the topics were not created");
    return missing.stream().map(TopicSpec::name).toList();
  }

  /**
   * Mends what can be mended.
   *
   * @return what was mended; {@link #compare} again says what is left
   */
  public List<Difference> apply(List<TopicSpec> topics) throws LogUnreachable {
    List<Difference> mendable = compare(topics).stream().filter(Difference::mendable).toList();
    createMissing(topics);
    Map<String, NewPartitions> partitions = new LinkedHashMap<>();
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new LinkedHashMap<>();
    for (Difference difference : mendable) {
      String setting = difference.setting();
      if (setting.equals(Comparison.PARTITIONS)) {
        int count = Integer.parseInt(difference.expected());
        partitions.put(difference.where(), NewPartitions.increaseTo(count));
      } else if (!difference.actual().equals(MISSING)) {
        ConfigEntry entry = new ConfigEntry(setting, difference.expected());
        changes
            .computeIfAbsent(topicResource(difference.where()), r -> new ArrayList<>())
            .add(new AlterConfigOp(entry, OpType.SET));
      }
    }
    answer(admin.createPartitions(partitions).all());
    answer(admin.incrementalAlterConfigs(changes).all());
    until(
        () -> compare(topics).stream().noneMatch(Difference::mendable),
        "the changes did not take effect");
    return mendable;
  }

  /** Where the partitions of these topics end, what is not committed yet included. */
  List<Order.End> ends(Predicate<String> topics) throws LogUnreachable {
    List<String> names = answer(admin.listTopics().names()).stream().filter(topics).toList();
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    answer(admin.describeTopics(names).allTopicNames())
        .forEach((name, topic) ->
            topic
                .partitions()
                .forEach(each ->
                    asked.put(new TopicPartition(name, each.partition()), OffsetSpec.latest())));
    return answer(admin.listOffsets(asked).all()).entrySet().stream()
        .map(end ->
            new Order.End(end.getKey().topic(), end.getKey().partition(), end.getValue().offset()))
        .toList();
  }

  /** Brokers learn of a change a moment after the controller has confirmed it. */
  private void until(Question done, String orElse) throws LogUnreachable {
    long begun = System.nanoTime();
    while (!done.answer()) {
      if (System.nanoTime() - begun > wait.toNanos()) {
        throw new LogUnreachable(orElse + " at " + log, new TimeoutException());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private interface Question {
    boolean answer() throws LogUnreachable;
  }

  private List<Difference> brokers() throws LogUnreachable {
    List<Difference> differences = new ArrayList<>();
    List<Setting> promises = BrokerSettings.of(shape).stream().filter(Setting::promise).toList();
    List<ConfigResource> brokers =
        answer(admin.describeCluster().nodes()).stream()
            .map(Node::idString)
            .sorted()
            .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
            .toList();
    Map<ConfigResource, Config> configs = answer(admin.describeConfigs(brokers).all());
    for (ConfigResource broker : brokers) {
      Config config = configs.get(broker);
      if (config != null) {
        Comparison.settings("broker " + broker.name(), promises, config, false, differences);
      }
    }
    return differences;
  }

  private Map<String, TopicDescription> existing(List<TopicSpec> topics) throws LogUnreachable {
    Set<String> names = new HashSet<>(answer(admin.listTopics().names()));
    names.retainAll(topics.stream().map(TopicSpec::name).toList());
    return answer(admin.describeTopics(names).allTopicNames());
  }

  private Map<String, Config> configs(Set<String> topics) throws LogUnreachable {
    List<ConfigResource> resources = topics.stream().map(TopicCheck::topicResource).toList();
    Map<String, Config> byName = new HashMap<>();
    answer(admin.describeConfigs(resources).all()).forEach((r, c) -> byName.put(r.name(), c));
    return byName;
  }

  private static ConfigResource topicResource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static NewTopic asNew(TopicSpec topic) {
    Map<String, String> settings = new HashMap<>();
    topic.settings().forEach(s -> settings.put(s.name(), s.value()));
    return new NewTopic(topic.name(), topic.partitions(), topic.replication()).configs(settings);
  }

  private <T> T answer(KafkaFuture<T> future) throws LogUnreachable {
    try {
      return future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw LogUnreachable.of(log, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw LogUnreachable.of(log, interrupted);
    }
  }

  /** Gives up what is still under way. */
  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
