package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every Secret that a pod wants is one that Strimzi makes, or that the HOWTO tells to make. */
class SecretsTest {
  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void somebodyMakesEachSecret(Manifests manifests) throws IOException {
    Set<String> wanted = new TreeSet<>();
    manifests.workloads().forEach(workload -> wanted(workload).forEach(wanted::add));
    manifests.kind("KafkaUser").forEach(user -> wanted.remove(user.text("metadata", "name")));
    assertThat(wanted.remove("postbus-cluster-ca-cert")).as("the cluster's, by Strimzi").isTrue();
    assertThat(wanted).isSubsetOf(told());
    if (manifests.name().equals("production")) {
      assertThat(wanted).isEqualTo(told());
    }
  }

  @Test
  void noSecretIsInAFile() {
    assertThat(Manifests.overlays()).allMatch(one -> one.kind("Secret").findFirst().isEmpty());
  }

  private static Stream<String> wanted(Tree workload) {
    return Stream.concat(
            Manifests.pod(workload)
                .at("volumes")
                .each()
                .map(volume -> volume.text("secret", "secretName")),
            Manifests.container(workload)
                .at("env")
                .each()
                .map(one -> one.text("valueFrom", "secretKeyRef", "name")))
        .filter(name -> !name.isEmpty());
  }

  /** The first column of the HOWTO's table. */
  private static Set<String> told() throws IOException {
    Path page = Path.of("..", "docs", "howto", "install-on-kubernetes.md");
    return Files.readString(page)
        .split("## 3. Secrets")[1]
        .split("```")[0]
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("`")[1])
        .collect(Collectors.toSet());
  }
}
