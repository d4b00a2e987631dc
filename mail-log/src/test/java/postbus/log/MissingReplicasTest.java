package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;

/** Which brokers are away, or behind, as the partitions of topics tell it. */
class MissingReplicasTest {
  private static final List<Node> THREE = nodes(1, 2, 3);

  @Test
  void whereAllAreInStepNothingIsMissing() {
    TopicDescription whole = topic("mail.accepted", nodes(3, 1, 2), THREE);
    assertThat(MissingReplicas.among(List.of(whole)))
        .isEqualTo(new MissingReplicas(0, new TreeSet<>()));
  }

  @Test
  void aLogIsAskedForAllOfItsTopics(@TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine())) {
      LogAccess log = LogAccess.open(broker.bootstrapServers());
      assertThat(MissingReplicas.of(log, Duration.ofMinutes(1)).partitions()).isZero();
    }
  }

  @Test
  void eachPartitionCountsOnceAndEachBrokerIsNamedOnce() {
    TopicDescription accepted = topic("mail.accepted", nodes(1, 2), nodes(1), THREE);
    TopicDescription events = topic("mail.events", nodes(2, 1));
    MissingReplicas missing = MissingReplicas.among(List.of(accepted, events));
    assertThat(missing.partitions()).isEqualTo(3);
    assertThat(missing.brokers()).containsExactly(2, 3);
  }

  /** A topic of three replicas, with those in step of each of its partitions. */
  @SafeVarargs
  private static TopicDescription topic(String name, List<Node>... inStep) {
    return new TopicDescription(
        name,
        false,
        IntStream.range(0, inStep.length)
            .mapToObj(i -> new TopicPartitionInfo(i, THREE.getFirst(), THREE, inStep[i]))
            .toList());
  }

  private static List<Node> nodes(int... ids) {
    return IntStream.of(ids).mapToObj(id -> new Node(id, "broker" + id, 9092)).toList();
  }
}
