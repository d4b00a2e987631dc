package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is watched, alerted on and scaled by it, is what the processes tell and the log has. */
class ScalingTest {
  private static final Pattern OLDEST =
      Pattern.compile("max\\((\\w+)\\{stage=\"([a-z]+)\",topic=\"([a-z.]+)\"}\\)");

  private final Manifests manifests = Manifests.overlay("production");

  @Test
  void podsAreNoMoreThanPartitions() {
    List<Tree> scaled = manifests.kind("ScaledObject").toList();
    assertThat(scaled).hasSize(4);
    for (Tree object : scaled) {
      Tree lag = trigger(object, "kafka");
      Tree topic = manifests.one("KafkaTopic", lag.text("topic"));
      assertThat(object.number("spec", "maxReplicaCount"))
          .isEqualTo(topic.number("spec", "partitions"));
      assertThat(object.number("spec", "minReplicaCount")).isGreaterThan(1);
      assertThat(lag.text("bootstrapServers"))
          .isEqualTo("postbus-kafka-bootstrap.postbus.svc:9093");
    }
  }

  @Test
  void aWorkloadThatIsScaledSaysNoNumber() {
    for (Tree object : manifests.kind("ScaledObject").toList()) {
      Tree target = object.at("spec", "scaleTargetRef");
      Tree workload = manifests.one(target.text("kind"), target.text("name"));
      assertThat(workload.at("spec", "replicas").isThere()).isFalse();
    }
  }

  @Test
  void bothTriggersAskAboutTheStageOfTheWorkload() throws IOException {
    String metrics = Files.readString(Path.of("..", "docs", "metrics.md"));
    Map<String, String> stages =
        Map.of(
            "delivery-normal", "normal",
            "delivery-bulk", "bulk",
            "router-service", "router",
            "imap-bridge", "local");
    for (Tree object : manifests.kind("ScaledObject").toList()) {
      String stage = stages.get(object.text("spec", "scaleTargetRef", "name"));
      Matcher query = OLDEST.matcher(trigger(object, "prometheus").text("query"));
      assertThat(query.matches()).isTrue();
      assertThat(metrics).contains("| `" + query.group(1) + "` | gauge | `stage`, `topic` |");
      assertThat(query.group(2)).isEqualTo(stage);
      assertThat(trigger(object, "kafka").text("consumerGroup")).isEqualTo(stage);
      assertThat(trigger(object, "kafka").text("topic")).isEqualTo(query.group(3));
    }
  }

  @Test
  void kedasUserOfTheLogIsThere() {
    Tree authentication = manifests.one("TriggerAuthentication", "kafka");
    for (Tree key : authentication.at("spec", "secretTargetRef").each().toList()) {
      if (!key.text("name").equals("postbus-cluster-ca-cert")) {
        manifests.one("KafkaUser", key.text("name"));
      }
    }
  }

  @Test
  void everyProcessIsScraped() {
    Tree monitor = manifests.one("PodMonitor", "postbus");
    Tree endpoint = endpoint(monitor);
    assertThat(endpoint.text("path")).isEqualTo("/metrics");
    for (Tree workload : manifests.workloads()) {
      assertThat(monitor.at("spec", "selector").selects(Manifests.labels(workload))).isTrue();
      Tree ports = Manifests.container(workload).at("ports");
      assertThat(ports.named(endpoint.text("port")).isThere()).isTrue();
    }
  }

  /** Prometheus's operator calls a job by the namespace and the name of its monitor. */
  @Test
  void theRulesKnowProcessesByTheirJobAndBrokersAreNone() throws IOException {
    String rules = Files.readString(Path.of("..", "deploy", "prometheus", "postbus-alerts.yml"));
    assertThat(rules).contains("absent(up{job=~\"postbus.*\"})");
    Tree processes = manifests.one("PodMonitor", "postbus");
    assertThat(processes.text("metadata", "namespace")).isEqualTo("postbus");
    assertThat(endpoint(processes).at("relabelings").isThere()).isFalse();

    Tree job =
        endpoint(manifests.one("PodMonitor", "kafka"))
            .at("relabelings")
            .each()
            .filter(one -> one.text("targetLabel").equals("job"))
            .findFirst()
            .orElseThrow();
    assertThat(job.text("replacement")).isNotEmpty().doesNotStartWith("postbus");
  }

  @Test
  void rulesAreThoseOfTheFileForPrometheus() {
    Path file = Path.of("..", "deploy", "prometheus", "postbus-alerts.yml");
    Object rules = manifests.one("PrometheusRule", "postbus").at("spec").value();
    assertThat(rules.equals(Kustomization.documents(file).getFirst()))
        .as("deploy/k8s/alerts makes the resource of the file")
        .isTrue();
  }

  private static Tree endpoint(Tree monitor) {
    return monitor.at("spec", "podMetricsEndpoints").each().findFirst().orElseThrow();
  }

  private static Tree trigger(Tree object, String type) {
    return object
        .at("spec", "triggers")
        .each()
        .filter(one -> one.text("type").equals(type))
        .findFirst()
        .orElseThrow()
        .at("metadata");
  }
}
