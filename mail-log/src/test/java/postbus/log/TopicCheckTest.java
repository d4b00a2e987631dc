package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.LogSettings.Shape;

@Timeout(120)
class TopicCheckTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final List<TopicSpec> TOPICS =
      TopicCatalogue.of(
          Shape.ONE_MACHINE,
          Set.of("normal", "bulk"),
          List.of(Duration.ofSeconds(90), Duration.ofHours(4)));

  @TempDir Path folder;

  @Test
  void findsNoDifferenceAfterItCreatedTheTopics() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
        TopicCheck check = check(broker)) {
      assertThat(check.compare(TOPICS))
          .hasSize(TOPICS.size())
          .allMatch(d -> d.actual().equals("missing") && d.mendable());

      assertThat(check.createMissing(TOPICS)).hasSize(TOPICS.size());

      assertThat(check.compare(TOPICS)).isEmpty();
      assertThat(check.createMissing(TOPICS)).isEmpty();
    }
  }

  @Test
  void mendsWhatDiffersAndSaysWhatItCannotMend() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        TopicCheck check = check(broker)) {
      Map<String, String> aged = Map.of("retention.ms", "604800000", "flush.messages", "1000");
      admin
          .createTopics(
              List.of(
                  new NewTopic(Topics.ACCEPTED, 1, (short) 1).configs(aged),
                  new NewTopic(Topics.LOCAL, 3, (short) 1)))
          .all()
          .get(60, TimeUnit.SECONDS);
      check.createMissing(TOPICS);

      List<Difference> differences = check.compare(TOPICS);
      assertThat(TopicCheck.promiseBroken(differences))
          .extracting(Difference::toString)
          .containsExactlyInAnyOrder(
              "mail.accepted: retention.ms is 604800000, not -1"
                  + " (a mail that waits is not deleted by age)",
              "mail.accepted: flush.messages is 1000, not 1 (on disk before it is acknowledged;"
                  + " a marker that a power cut takes away would leave its transaction open for"
                  + " ever)");
      assertThat(check.apply(TOPICS)).hasSize(2);

      assertThat(check.compare(TOPICS))
          .extracting(Difference::toString)
          .containsExactly(
              "delivery.local: partitions is 3, not 1 (partitions cannot be taken away)");
    }
  }

  @Test
  void raisesPartitions() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
        TopicCheck check = check(broker)) {
      check.createMissing(TOPICS);
      List<TopicSpec> wider = new ArrayList<>();
      for (TopicSpec topic : TOPICS) {
        wider.add(new TopicSpec(topic.name(), 2, (short) 1, topic.settings()));
      }

      assertThat(check.apply(wider)).hasSize(wider.size());

      assertThat(check.compare(wider)).isEmpty();
    }
  }

  @Test
  void seesABrokerThatWouldForgetOffsets() throws Exception {
    Map<String, String> settings = new HashMap<>(BrokerSettings.oneMachine());
    settings.put("offsets.retention.minutes", "10080");
    settings.put("offset.metadata.max.bytes", "131072");
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, settings);
        TopicCheck check = check(broker)) {
      check.createMissing(TOPICS);

      assertThat(check.compare(TOPICS))
          .singleElement()
          .satisfies(d -> {
            assertThat(d.where()).isEqualTo("broker 1");
            assertThat(d.setting()).isEqualTo("offsets.retention.minutes");
            assertThat(d.breaksPromise()).isTrue();
            assertThat(d.mendable()).isFalse();
          });
    }
  }

  @Test
  void seesThatOneBrokerIsNoCluster() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
        TopicCheck oneMachine = check(broker);
        TopicCheck cluster = new TopicCheck(broker.bootstrapServers(), Shape.CLUSTER, WAIT)) {
      oneMachine.createMissing(TOPICS);

      List<TopicSpec> wanted =
          TopicCatalogue.of(Shape.CLUSTER, Set.of("normal"), List.of(Duration.ofHours(4)));
      assertThat(TopicCheck.promiseBroken(cluster.compare(wanted)))
          .extracting(d -> d.where() + " " + d.setting())
          .contains(
              "mail.accepted min.insync.replicas",
              "mail.accepted replication",
              "broker 1 transaction.state.log.min.isr");
    }
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    try (TopicCheck check =
        new TopicCheck("127.0.0.1:1", Shape.ONE_MACHINE, Duration.ofMillis(500))) {
      assertThatThrownBy(() -> check.compare(TOPICS))
          .isInstanceOf(LogUnreachable.class)
          .hasMessage("no answer from the log at 127.0.0.1:1");
    }
  }

  /** As when a cluster's names are made after the process that asks for them. */
  @Test
  void aNameThatNobodyKnowsYetIsSilence() {
    assertThatThrownBy(() -> new TopicCheck("nobody.invalid:9092", Shape.ONE_MACHINE, WAIT))
        .isInstanceOfSatisfying(
            LogUnreachable.class, unknown -> assertThat(unknown.isSilence()).isTrue())
        .hasMessage("no name of the log at nobody.invalid:9092 has an address");
  }

  private static TopicCheck check(EmbeddedBroker broker) throws LogUnreachable {
    return new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, WAIT);
  }
}
