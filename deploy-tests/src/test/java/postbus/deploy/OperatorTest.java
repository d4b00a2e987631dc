package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.deploy.Network.End;
import postbus.log.LogAccess;

/** Operators give their commands in a pod that gets into the log, as a user of its own. */
class OperatorTest {
  @TempDir private Path folder;

  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  @Timeout(20)
  void theCommandsAreToldHowToGetIn(Manifests manifests) throws Exception {
    Tree operator = operator(manifests);
    Map<String, String> environment = manifests.environment(operator);
    environment.put("KAFKA_SSL_KEYSTORE_PASSWORD", "secret");
    String script = Manifests.container(operator).at("args").texts().getFirst();
    String here =
        script.replace("/tmp/", folder + "/").replace("exec sleep infinity", "exec true");
    ProcessBuilder start = new ProcessBuilder("bash", "-euc", here).inheritIO();
    start.environment().putAll(environment);
    Process started = start.start();

    assertThat(started.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(started.exitValue()).isZero();
    Properties told = properties(environment.get("POSTBUS_KAFKA_CONFIG"));
    assertThat(told.stringPropertyNames())
        .allMatch(LogAccess::isSecurity)
        .allSatisfy(name ->
            assertThat(told.getProperty(name))
                .isEqualTo(
                    environment.get("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT))));
    assertThat(told).containsEntry("security.protocol", "SSL").hasSize(6);
    assertThat(folder.resolve("postbus")).isExecutable();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void itIsAUserOfItsOwnAndNobodyAsksIt(Manifests manifests) {
    Tree operator = operator(manifests);
    Tree container = Manifests.container(operator);
    manifests.one("KafkaUser", "operator");
    assertThat(Manifests.pod(operator).at("volumes").named("kafka-user").text("secret", "secretName"))
        .isEqualTo("operator");
    assertThat(
            container
                .at("env")
                .named("KAFKA_SSL_KEYSTORE_PASSWORD")
                .text("valueFrom", "secretKeyRef", "name"))
        .isEqualTo("operator");
    assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
        .noneMatch(probe -> container.at(probe).isThere());
    assertThat(container.text("image")).startsWith("postbus/cli:");
    assertThat(Manifests.pod(operator).text("automountServiceAccountToken")).isEqualTo("false");
    assertThat(container.at("securityContext").pairs())
        .containsEntry("readOnlyRootFilesystem", "true");
    manifests.one("ServiceAccount", Manifests.pod(operator).text("serviceAccountName"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void itReachesTheLogAndNotTheWorld(Manifests manifests) {
    Network network = new Network(manifests);
    End.Pod operator = network.pod(operator(manifests));
    End.Pod broker =
        new End.Pod(
            Map.of("strimzi.io/cluster", "postbus", "strimzi.io/name", "postbus-kafka"), Map.of());
    assertThat(network.maySend(operator, broker, 9093)).isTrue();
    assertThat(network.maySend(operator, new End.Address("8.8.8.8"), 25)).isFalse();
    assertThat(network.mayReach(broker, operator, 22)).isFalse();
  }

  /** Large contents are shown by the credentials of the services. */
  @Test
  void itReadsContentsWhereTheServicesKeepThem() {
    Manifests production = Manifests.overlay("production");
    Network network = new Network(production);
    assertThat(production.environment(operator(production)))
        .containsKeys("POSTBUS_CONTENTS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    assertThat(
            network.maySend(
                network.pod(operator(production)), new End.Address("192.0.2.20"), 443))
        .isTrue();
    Manifests small = Manifests.overlay("single-node");
    assertThat(Manifests.pod(operator(small)).at("volumes").named("data").value())
        .isEqualTo(
            Manifests.pod(small.one("StatefulSet", "imap-bridge"))
                .at("volumes")
                .named("data")
                .value());
  }

  private Properties properties(String told) throws IOException {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve(Path.of(told).getFileName()))) {
      read.load(in);
    }
    return read;
  }

  private static Tree operator(Manifests manifests) {
    return manifests.one("Deployment", "operator");
  }
}
