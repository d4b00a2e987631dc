package postbus.cli;

import java.io.PrintWriter;
import java.util.List;
import postbus.log.Setting;
import postbus.log.TopicSpec;

/** Topics as resources of Strimzi, whose topic operator makes them in Kubernetes. */
final class StrimziTopics {
  private final String cluster;

  /**
   * @param cluster the name of the resource {@code Kafka}
   */
  StrimziTopics(String cluster) {
    this.cluster = cluster;
  }

  void print(List<TopicSpec> topics, PrintWriter out) {
    topics.forEach(topic -> print(topic, out));
  }

  /** Values are texts to Kafka; unquoted, YAML would make numbers of them. */
  private void print(TopicSpec topic, PrintWriter out) {
    out.printf("---%napiVersion: kafka.strimzi.io/v1%nkind: KafkaTopic%nmetadata:%n");
    out.printf("  name: %s%n  labels: {strimzi.io/cluster: %s}%n", topic.name(), cluster);
    out.printf("spec:%n  partitions: %d%n", topic.partitions());
    out.printf("  replicas: %d%n  config:%n", topic.replication());
    for (Setting setting : topic.settings()) {
      out.printf("    %s: \"%s\"%n", setting.name(), setting.value());
    }
  }
}
