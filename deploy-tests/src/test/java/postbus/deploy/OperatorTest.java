package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.deploy.Network.End;
import postbus.log.LogAccess;
import postbus.testkit.TestCertificate;

/** Operators give their commands in a pod that gets into the log, as a user of its own. */
class OperatorTest {
  @TempDir private Path folder;

  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  @Timeout(120)
  void theCommandsAreToldHowToGetIn(Manifests manifests) throws Exception {
    Tree operator = operator(manifests);
    Map<String, String> environment = manifests.environment(operator);
    TestCertificate user = TestCertificate.of("operator", "RSA");
    Path authority = Files.writeString(folder.resolve("ca.crt"), user.pem());
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", authority.toString());
    environment.put("KAFKA_SSL_KEYSTORE_KEY", user.keyPem());
    environment.put("KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", user.pem());
    String script = Manifests.container(operator).at("args").texts().getFirst();
    String here = script.replace("/tmp/", folder + "/").replace("exec sleep infinity", "exec true");
    ProcessBuilder start = new ProcessBuilder("bash", "-euc", here).inheritIO();
    start.environment().putAll(environment);
    Process started = start.start();

    assertThat(started.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(started.exitValue()).isZero();
    Map<String, String> told = properties(environment.get("POSTBUS_KAFKA_CONFIG"));
    assertThat(told).containsEntry("security.protocol", "SSL").hasSize(5);
    assertThat(told.keySet()).allMatch(LogAccess::isSecurity);
    assertThatCode(() -> LogAccess.of("kafka:9093", told, "")).doesNotThrowAnyException();
    assertThat(folder.resolve("postbus")).isExecutable();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void itIsAUserOfItsOwnAndNobodyAsksIt(Manifests manifests) {
    Tree operator = operator(manifests);
    Tree container = Manifests.container(operator);
    manifests.one("KafkaUser", "operator");
    for (String variable :
        List.of("KAFKA_SSL_KEYSTORE_KEY", "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN")) {
      assertThat(container.at("env").named(variable).text("valueFrom", "secretKeyRef", "name"))
          .isEqualTo("operator");
    }
    assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
        .noneMatch(probe -> container.at(probe).isThere());
    assertThat(container.text("image")).startsWith("postbus/cli:");
    assertThat(operator.at("spec", "template", "metadata", "annotations").pairs())
        .containsEntry("kubectl.kubernetes.io/default-container", "postbus");
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
    End contents = new End.Address("192.0.2.20");
    assertThat(network.maySend(network.pod(operator(production)), contents, 443)).isTrue();
    Manifests small = Manifests.overlay("single-node");
    assertThat(Manifests.pod(operator(small)).at("volumes").named("data").value())
        .isEqualTo(
            Manifests.pod(small.one("StatefulSet", "imap-bridge"))
                .at("volumes")
                .named("data")
                .value());
  }

  private Map<String, String> properties(String told) throws IOException {
    Properties read = new Properties();
    try (Reader in = Files.newBufferedReader(folder.resolve(Path.of(told).getFileName()))) {
      read.load(in);
    }
    return read.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, read::getProperty));
  }

  private static Tree operator(Manifests manifests) {
    return manifests.one("Deployment", "operator");
  }
}
