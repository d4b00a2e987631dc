package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.strimzi.api.kafka.model.kafka.KafkaClusterSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.cli.Postbus;
import postbus.log.BrokerSettings;
import postbus.log.LogAccess;
import postbus.log.LogSettings.Shape;
import postbus.log.Setting;
import postbus.testkit.TestCertificate;

/** The log that Strimzi makes keeps the promises that processes check at their start. */
class LogTest {
  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void brokersAreSetAsTheShapeOfTheProcessesWantsThem(Manifests manifests) {
    Map<String, String> config = kafka(manifests).at("config").pairs();
    for (Setting setting : BrokerSettings.of(shape(manifests))) {
      assertThat(config).as(setting.reason()).containsEntry(setting.name(), setting.value());
    }
    String[] forbidden = KafkaClusterSpec.FORBIDDEN_PREFIXES.split(", ");
    for (String prefix : forbidden) {
      assertThat(config.keySet()).as("Strimzi sets these").noneMatch(key -> key.startsWith(prefix));
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void thereAreBrokersForAllCopies(Manifests manifests) {
    int brokers =
        manifests.kind("KafkaNodePool").mapToInt(pool -> pool.number("spec", "replicas")).sum();
    assertThat(brokers).isEqualTo(shape(manifests) == Shape.CLUSTER ? 3 : 1);
    assertThat(kafka(manifests).number("config", "default.replication.factor")).isEqualTo(brokers);
    assertThat(manifests.kind("KafkaTopic"))
        .allMatch(topic -> topic.number("spec", "replicas") == brokers);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void topicsAreThoseOfTheSite(Manifests manifests) throws IOException {
    Path folder = Manifests.folder(manifests.name());
    List<String> command =
        new ArrayList<>(List.of("topics", "--strimzi", "postbus", "--site", folder + "/site"));
    if (shape(manifests) == Shape.CLUSTER) {
      command.add("--cluster");
    }
    StringWriter out = new StringWriter();
    int status =
        Postbus.commandLine().setOut(new PrintWriter(out)).execute(command.toArray(String[]::new));

    assertThat(status).isZero();
    String file = Files.readString(folder.resolve("kafka/topics.yaml"));
    assertThat(file.substring(file.indexOf("---")))
        .as("the command in the file's first line makes it anew")
        .isEqualTo(out.toString());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void eachServiceIsAUserByACertificate(Manifests manifests) {
    assertThat(kafka(manifests).text("authorization", "type")).isEqualTo("simple");
    assertThat(kafka(manifests).at("listeners").each())
        .allMatch(listener -> listener.text("authentication", "type").equals("tls"));
    for (Tree workload : manifests.workloads()) {
      String user = Manifests.labels(workload).get("app.kubernetes.io/name");
      Tree resource = manifests.one("KafkaUser", user);
      assertThat(resource.text("spec", "authentication", "type")).isEqualTo("tls");
      assertThat(resource.at("spec", "authorization", "acls").each()).isNotEmpty();
      assertThat(secret(workload, "KAFKA_SSL_KEYSTORE_KEY"))
          .isEqualTo(Map.of("name", user, "key", "user.key"));
      assertThat(secret(workload, "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN"))
          .isEqualTo(Map.of("name", user, "key", "user.crt"));
    }
  }

  /** The Secrets hold the key and the certificates in PEM, by Strimzi's user operator. */
  @ParameterizedTest
  @MethodSource("overlays")
  void kafkasClientsTakeWhatAPodIsTold(Manifests manifests, @TempDir Path folder)
      throws IOException {
    TestCertificate user = TestCertificate.of("router-service", "RSA");
    Path authority = Files.writeString(folder.resolve("ca.crt"), user.pem());
    for (Tree workload : manifests.workloads()) {
      Map<String, String> environment = manifests.environment(workload);
      Tree mount = Manifests.container(workload).at("volumeMounts").named("kafka-ca");
      String told = environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", authority.toString());
      assertThat(told).isEqualTo(mount.text("mountPath") + "/ca.crt");
      environment.put("KAFKA_SSL_KEYSTORE_KEY", user.keyPem());
      environment.put("KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", user.pem());
      Map<String, String> security = new HashMap<>();
      environment.forEach((name, value) -> {
        String setting = name.replaceFirst("^KAFKA_", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("KAFKA_") && LogAccess.isSecurity(setting.replace('_', '.'))) {
          security.put(setting.replace('_', '.'), value);
        }
      });

      assertThat(security).containsEntry("security.protocol", "SSL").hasSize(6);
      assertThatCode(() -> LogAccess.of("kafka:9093", security, "kafka."))
          .doesNotThrowAnyException();
    }
  }

  private static Map<String, String> secret(Tree workload, String variable) {
    return Manifests.container(workload)
        .at("env")
        .named(variable)
        .at("valueFrom", "secretKeyRef")
        .pairs();
  }

  private static Tree kafka(Manifests manifests) {
    return manifests.one("Kafka", "postbus").at("spec", "kafka");
  }

  private static Shape shape(Manifests manifests) {
    Tree settings = manifests.one("ConfigMap", "postbus-settings");
    return Shape.valueOf(settings.text("data", "POSTBUS_SHAPE"));
  }
}
