package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;

@Timeout(120)
class TopicsCommandTest {
  private static final String SITE = Path.of("..", "site").toString();

  @TempDir Path folder;

  @Test
  void showsWhatDiffersMendsItAndIsContentThen() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine())) {
      create(broker, new NewTopic("mail.accepted", 1, (short) 1).configs(week()));

      Ran before = topics(broker);
      assertThat(before.status()).isEqualTo(1);
      assertThat(before.out())
          .anyMatch(l -> l.matches("mail.accepted +retention.ms +604800000 +-1 +breaks a.*age"))
          .anyMatch(l -> l.matches("delivery.bulk.shared +topic +missing +present .*--apply.*"));

      Ran mending = topics(broker, "--apply");
      assertThat(mending.status()).as("%s", mending).isZero();
      assertThat(mending.out())
          .contains("mended mail.accepted: retention.ms is now -1 (was 604800000)")
          .contains("mended delivery.bulk.shared: topic is now present (was missing)");

      Ran after = topics(broker);
      assertThat(after.status()).isZero();
      assertThat(after.out()).singleElement().asString().endsWith("are as they ought to be.");
    }
  }

  @Test
  void saysWhatItCannotMend() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine())) {
      create(broker, new NewTopic("delivery.local", 3, (short) 1));

      Ran ran = topics(broker, "--apply");

      assertThat(ran.status()).isEqualTo(1);
      assertThat(ran.out())
          .last()
          .asString()
          .matches("delivery.local +partitions +3 +1 +- +by hand +partitions cannot be taken away");
    }
  }

  @Test
  void saysWhatIsWrongWithTheSite() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine())) {
      Path none = folder.resolve("no-site");

      Ran ran =
          Ran.postbus("topics", "--site", none.toString(), "--kafka", broker.bootstrapServers());

      assertThat(ran.status()).isEqualTo(1);
      assertThat(ran.err()).singleElement().asString().contains("no-site");
    }
  }

  @Test
  void printsWhatStrimziMakesThemOf() {
    Ran ran = Ran.postbus("topics", "--site", SITE, "--cluster", "--strimzi", "mail");

    assertThat(ran.status()).isZero();
    assertThat(String.join("\n", ran.out()))
        .contains(
            """
            ---
            apiVersion: kafka.strimzi.io/v1
            kind: KafkaTopic
            metadata:
              name: mail.accepted
              labels: {strimzi.io/cluster: mail}
            spec:
              partitions: 12
              replicas: 3
              config:
                cleanup.policy: "delete"
                retention.bytes: "-1"
            """)
        .contains("    min.insync.replicas: \"2\"")
        .contains("  name: retry.bulk.5m\n");
  }

  private static Map<String, String> week() {
    return Map.of("retention.ms", "604800000", "flush.messages", "1");
  }

  private static Ran topics(EmbeddedBroker broker, String... more) {
    String[] args = {"topics", "--site", SITE, "--kafka", broker.bootstrapServers()};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Ran.postbus(all);
  }

  private static void create(EmbeddedBroker broker, NewTopic topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(topic)).all().get(60, TimeUnit.SECONDS);
    }
  }
}
