package postbus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerTest {
  private static final String TOPIC = "mail.accepted";
  private static final Duration READY_AFTER_KILL_MAX = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void keepsWhatWasProducedOverARestart() throws Exception {
    String cluster;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, Map.of())) {
      createTopic(broker);
      produce(broker.bootstrapServers(), List.of("one", "two"));
      assertThat(consume(broker)).containsExactly("one", "two");
      cluster = clusterId(broker);
    }
    // The controller listens elsewhere now, and the clients' port is another one.
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, Map.of())) {
      produce(broker.bootstrapServers(), List.of("three"));
      assertThat(consume(broker)).containsExactly("one", "two", "three");
      assertThat(clusterId(broker)).isEqualTo(cluster);
    }
  }

  @Test
  void isReadySoonAfterAKillAndStillHasWhatItAcknowledged() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ChildBroker.class.getName(),
                folder.toString())
            .redirectError(new File("/dev/null"))
            .start();
    List<String> acknowledged = new ArrayList<>();
    try (BufferedReader out = child.inputReader()) {
      String bootstrap = out.readLine();
      assertThat(bootstrap).startsWith("127.0.0.1:");
      for (int i = 0; i < 100; i++) {
        acknowledged.add("mail " + i);
      }
      produce(bootstrap, acknowledged);
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    long killed = System.nanoTime();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, Map.of())) {
      assertThat(consume(broker)).containsExactlyElementsOf(acknowledged);
      Duration ready = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println("ready after the kill in " + ready.toMillis() + " ms");
      assertThat(ready).isLessThan(READY_AFTER_KILL_MAX);
    }
  }

  /** The broker that is killed. Prints where it listens. */
  static final class ChildBroker {
    public static void main(String[] folder) throws InterruptedException {
      EmbeddedBroker broker = EmbeddedBroker.start(Path.of(folder[0]), 0, Map.of());
      createTopic(broker);
      System.out.println(broker.bootstrapServers());
      Thread.currentThread().join();
    }
  }

  @Test
  void saysThatThePortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, port, Map.of()).close())
          .isInstanceOf(BrokerStartFailure.class)
          .hasMessage("port in use: 127.0.0.1:" + port);
    }
  }

  @Test
  void saysThatTheFolderIsInUse() {
    try (EmbeddedBroker first = EmbeddedBroker.start(folder, 0, Map.of())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0, Map.of()).close())
          .isInstanceOf(BrokerStartFailure.class)
          .hasMessage("folder in use by another broker: " + folder);
      assertThat(first.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void saysThatTheFolderCannotBeWritten() throws Exception {
    Path file = java.nio.file.Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> EmbeddedBroker.start(file.resolve("kafka"), 0, Map.of()).close())
        .isInstanceOf(BrokerStartFailure.class)
        .hasMessage("folder not writable: " + file.resolve("kafka"));
  }

  @Test
  void saysWhichSettingKafkaRefuses() {
    assertThatThrownBy(
            () -> EmbeddedBroker.start(folder, 0, Map.of("num.io.threads", "none")).close())
        .isInstanceOf(BrokerStartFailure.class)
        .hasMessageContaining("num.io.threads");
  }

  @Test
  void takesTheCallersSettings() throws Exception {
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(folder, 0, Map.of("auto.create.topics.enable", "true"));
        Admin admin = admin(broker)) {
      produce(broker.bootstrapServers(), List.of("one"));
      assertThat(admin.listTopics().names().get(60, TimeUnit.SECONDS)).isEqualTo(Set.of(TOPIC));
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static void createTopic(EmbeddedBroker broker) {
    try (Admin admin = admin(broker)) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
          .all()
          .get(60, TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static String clusterId(EmbeddedBroker broker) throws Exception {
    try (Admin admin = admin(broker)) {
      return admin.describeCluster().clusterId().get(60, TimeUnit.SECONDS);
    }
  }

  private static void produce(String bootstrap, List<String> values) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrap, "acks", "all"),
            new StringSerializer(),
            new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(TOPIC, value)).get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static List<String> consume(EmbeddedBroker broker) {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), Duration.ofSeconds(10)).get(partition);
      while (consumer.position(partition, Duration.ofSeconds(10)) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
