package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest is what Kubernetes and the operators take: no field unknown, none missing. */
class SchemasTest {
  private static final Gson JSON = new Gson();

  /** The operators' own classes; what they would keep aside as unknown is an error here. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated a) {
                  return false;
                }
              });

  private interface Schema {
    void check(JsonElement manifest) throws IOException;
  }

  private static final Map<String, Schema> KINDS =
      Map.ofEntries(
          Map.entry("v1/Namespace", V1Namespace::validateJsonElement),
          Map.entry("v1/ConfigMap", V1ConfigMap::validateJsonElement),
          Map.entry("v1/Service", V1Service::validateJsonElement),
          Map.entry("v1/ServiceAccount", V1ServiceAccount::validateJsonElement),
          Map.entry("v1/PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement),
          Map.entry("apps/v1/Deployment", V1Deployment::validateJsonElement),
          Map.entry("apps/v1/StatefulSet", V1StatefulSet::validateJsonElement),
          Map.entry("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement),
          Map.entry("kafka.strimzi.io/v1/Kafka", as(Kafka.class)),
          Map.entry("kafka.strimzi.io/v1/KafkaNodePool", as(KafkaNodePool.class)),
          Map.entry("kafka.strimzi.io/v1/KafkaTopic", as(KafkaTopic.class)),
          Map.entry("kafka.strimzi.io/v1/KafkaUser", as(KafkaUser.class)),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", as(PodMonitor.class)),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", as(PrometheusRule.class)),
          Map.entry("keda.sh/v1alpha1/ScaledObject", as(Keda.ScaledObject.class)),
          Map.entry("keda.sh/v1alpha1/TriggerAuthentication", as(Keda.TriggerAuthentication.class)),
          Map.entry("cilium.io/v2/CiliumEgressGatewayPolicy", as(Cilium.EgressGateway.class)));

  static Stream<Manifests> all() {
    return Stream.concat(
        Manifests.overlays().stream(),
        Stream.of("host-network", "egress-gateway", "proxy-protocol", "autoscaling", "monitoring")
            .map(Manifests::with));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyManifestIsAsItsSchemaSays(Manifests manifests) {
    for (Tree manifest : manifests.all()) {
      assertThatCode(() -> check(manifest))
          .as("%s %s", manifest.text("kind"), manifest.text("metadata", "name"))
          .doesNotThrowAnyException();
    }
  }

  /** So that the checks above are known to see something. */
  @ParameterizedTest
  @CsvSource({
    "Deployment, spec, replica",
    "NetworkPolicy, spec, egres",
    "Service, spec, externalTraffic",
    "Kafka, spec, zookeper",
    "KafkaTopic, spec, partition",
    "ScaledObject, spec, maxReplica",
    "PodMonitor, spec, podMetricEndpoints"
  })
  void aMisspeltFieldIsSeen(String kind, String part, String misspelt) {
    Tree first = Manifests.overlay("production").kind(kind).findFirst().orElseThrow();
    Map<String, Object> manifest = new HashMap<>(first.parts());
    Map<String, Object> spec = new HashMap<>(first.at(part).parts());
    manifest.put(part, spec);
    spec.put(misspelt, List.of());

    assertThatThrownBy(() -> check(new Tree(manifest))).hasMessageContaining(misspelt);
  }

  private static void check(Tree manifest) throws IOException {
    String kind = manifest.text("apiVersion") + "/" + manifest.text("kind");
    Schema schema = KINDS.get(kind);
    if (schema == null) {
      throw new AssertionError("no schema for " + kind);
    }
    schema.check(JSON.toJsonTree(manifest.value()));
  }

  private static Schema as(Class<?> type) {
    return manifest -> STRICT.readValue(manifest.toString(), type);
  }
}
