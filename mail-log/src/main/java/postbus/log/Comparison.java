package postbus.log;

import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;

/** Where what Kafka describes is not what was wanted. */
final class Comparison {
  static final String PARTITIONS = "partitions";

  private Comparison() {}

  /** Partitions and replicas. */
  static void shape(TopicSpec topic, TopicDescription is, List<Difference> into) {
    int partitions = is.partitions().size();
    if (partitions != topic.partitions()) {
      boolean fewer = partitions < topic.partitions();
      String reason =
          fewer ? "more instances can share the work" : "partitions cannot be taken away";
      into.add(
          new Difference(
              topic.name(),
              PARTITIONS,
              "" + topic.partitions(),
              "" + partitions,
              reason,
              false,
              fewer));
    }
    int replicas = is.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    if (replicas < topic.replication()) {
      into.add(
          new Difference(
              topic.name(),
              "replication",
              "" + topic.replication(),
              "" + replicas,
              "the loss of any one broker loses nothing",
              true,
              false));
    }
  }

  /** A setting that the broker does not know is no difference. */
  static void settings(
      String where, List<Setting> wanted, Config config, boolean mendable, List<Difference> into) {
    for (Setting setting : wanted) {
      ConfigEntry entry = config.get(setting.name());
      // A broker that does not know the setting says nothing of it.
      String actual = entry == null ? null : entry.value();
      if (actual != null && !setting.isMetBy(actual)) {
        into.add(
            new Difference(
                where,
                setting.name(),
                setting.value(),
                actual,
                setting.reason(),
                setting.promise(),
                mendable));
      }
    }
  }
}
