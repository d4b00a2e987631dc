package postbus.log;

import java.util.List;

/**
 * A topic as it ought to be.
 *
 * @param partitions how many it has at least
 * @param replication how many brokers hold each of them
 * @param settings its own; all others are the broker's
 */
public record TopicSpec(String name, int partitions, short replication, List<Setting> settings) {

  public TopicSpec {
    settings = List.copyOf(settings);
  }
}
