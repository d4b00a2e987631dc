package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.deploy.Manifests.container;
import static postbus.deploy.Manifests.labels;
import static postbus.deploy.Manifests.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import postbus.log.LogSettings.Shape;

/**
 * Pods are what the services are: their names, ports, probes, settings, time to end, and rights.
 */
class WorkloadsTest {
  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyServiceRuns(Manifests manifests) throws IOException {
    assertThat(manifests.workloads().stream().map(one -> container(one).text("image")))
        .containsExactlyInAnyOrder(
            image("ingress-smtp"),
            image("policy-service"),
            image("router-service"),
            image("delivery-service"),
            image("delivery-service"),
            image("imap-bridge"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void portsAreThoseOfTheServices(Manifests manifests) throws IOException {
    for (Tree workload : manifests.workloads()) {
      String service = labels(workload).get("app.kubernetes.io/name");
      assertThat(port(workload, "management"))
          .as(service)
          .isEqualTo(setting("service-process", "postbus.management-port." + service));
      if (Set.of("policy-service", "router-service").contains(service)) {
        assertThat(port(workload, "questions")).isEqualTo(setting(service, "quarkus.http.port"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aSlotIsStableAndEachProcesssOwn(Manifests manifests) {
    for (Tree workload : manifests.workloads()) {
      assertThat(
              container(workload)
                  .at("env")
                  .named("POSTBUS_INSTANCE")
                  .text("valueFrom", "fieldRef", "fieldPath"))
          .isEqualTo("metadata.name");
    }
    assertThat(
            manifests.workloads().stream()
                .filter(one -> one.text("kind").equals("Deployment"))
                .map(one -> one.text("metadata", "name")))
        .as("only who has no transactional id may have a name that does not come again")
        .containsExactly("ingress-smtp");
    for (Tree set : manifests.kind("StatefulSet").toList()) {
      Tree names = manifests.one("Service", set.text("spec", "serviceName"));
      assertThat(names.at("spec", "selector").pairs()).isEqualTo(selector(set));
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void settingsExistAndFit(Manifests manifests) throws IOException {
    Set<String> known = new TreeSet<>(Settings.known());
    for (Tree workload : manifests.workloads()) {
      Map<String, String> environment = manifests.environment(workload);
      assertThat(environment.keySet()).allMatch(name -> known.contains(name), "a setting");
      Shape.valueOf(environment.get("POSTBUS_SHAPE"));
      Tree kafka = manifests.kind("Kafka").findFirst().orElseThrow();
      Tree listener = kafka.at("spec", "kafka", "listeners").each().findFirst().orElseThrow();
      assertThat(environment)
          .containsEntry(
              "KAFKA_BOOTSTRAP_SERVERS",
              kafka.text("metadata", "name") + "-kafka-bootstrap:" + listener.text("port"));
      assertThat(listener.text("tls")).isEqualTo("true");
      reaches(manifests, environment.get("POSTBUS_POLICY_URL"), "policy-service");
      reaches(manifests, environment.get("POSTBUS_ROUTER_URL"), "router-service");
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void servicesLeadToPortsOfPods(Manifests manifests) {
    for (Tree service : manifests.kind("Service").toList()) {
      List<Tree> behind =
          manifests.workloads().stream()
              .filter(one ->
                  labels(one)
                      .entrySet()
                      .containsAll(service.at("spec", "selector").pairs().entrySet()))
              .toList();
      assertThat(behind).as(service.text("metadata", "name")).hasSize(1);
      for (Tree port : service.at("spec", "ports").each().toList()) {
        assertThat(container(behind.getFirst()).at("ports").named(port.text("targetPort")).value())
            .as("%s", port)
            .isNotEqualTo(Map.of());
      }
    }
    assertThat(manifests.one("Service", "ingress-smtp").text("spec", "externalTrafficPolicy"))
        .as("clients keep their addresses")
        .isEqualTo("Local");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void probesAskTheManagementPort(Manifests manifests) {
    for (Tree workload : manifests.workloads()) {
      Map<String, String> asked =
          Map.of(
              "startupProbe", "/health/live",
              "livenessProbe", "/health/live",
              "readinessProbe", "/health/ready");
      asked.forEach((probe, path) -> {
        Tree get = container(workload).at(probe, "httpGet");
        assertThat(get.text("path")).isEqualTo(path);
        assertThat(get.text("port")).isEqualTo("management");
      });
      Tree startup = container(workload).at("startupProbe");
      assertThat(startup.number("periodSeconds") * startup.number("failureThreshold"))
          .as("s; a start on a node that is overrun was seen to take more than two minutes")
          .isGreaterThanOrEqualTo(600);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theEndIsLongerThanWhatIsInHand(Manifests manifests) throws IOException {
    int stop = EndOfProcess.read().secondsOfService();
    for (Tree workload : manifests.workloads()) {
      Tree pause = container(workload).at("lifecycle", "preStop", "sleep", "seconds");
      int before = pause.isThere() ? Integer.parseInt(pause.text()) : 0;
      assertThat(pod(workload).number("terminationGracePeriodSeconds"))
          .isGreaterThan(before + stop);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void eachWorkloadIsSpreadAndGivesUpOnePodAtATime(Manifests manifests) {
    List<Tree> budgets = manifests.kind("PodDisruptionBudget").toList();
    for (Tree workload : manifests.workloads()) {
      List<Map<String, String>> own = List.of(selector(workload));
      assertThat(budgets.stream().filter(one -> selector(one).equals(own.getFirst())))
          .singleElement()
          .matches(one -> one.number("spec", "maxUnavailable") == 1);
      assertThat(pod(workload).at("topologySpreadConstraints").each())
          .hasSize(2)
          .allMatch(one -> one.at("labelSelector", "matchLabels").pairs().equals(own.getFirst()));
      assertThat(
              manifests.workloads().stream()
                  .filter(other ->
                      new Tree(workload.at("spec", "selector").value()).selects(labels(other))))
          .as("a selector takes its own pods alone")
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void podsMayDoNothingButTheirWork(Manifests manifests) {
    for (Tree workload : manifests.workloads()) {
      Tree pod = pod(workload);
      assertThat(pod.text("automountServiceAccountToken")).isEqualTo("false");
      assertThat(pod.text("enableServiceLinks")).isEqualTo("false");
      assertThat(pod.at("securityContext").pairs())
          .containsEntry("runAsNonRoot", "true")
          .containsEntry("runAsUser", "10001")
          .containsEntry("seccompProfile", "{type=RuntimeDefault}");
      manifests.one("ServiceAccount", pod.text("serviceAccountName"));
      Stream.concat(pod.at("containers").each(), pod.at("initContainers").each())
          .forEach(one -> {
            assertThat(one.at("securityContext").pairs())
                .containsEntry("allowPrivilegeEscalation", "false")
                .containsEntry("readOnlyRootFilesystem", "true")
                .containsEntry("capabilities", "{drop=[ALL]}");
            assertThat(one.text("image")).matches(".+:v?\\d+\\.\\d+\\.\\d+");
            assertThat(one.text("resources", "limits", "memory")).isNotEmpty();
            assertThat(one.text("resources", "requests", "cpu")).isNotEmpty();
          });
    }
  }

  private static void reaches(Manifests manifests, String url, String name) {
    Matcher parts = Pattern.compile("http://([a-z-]+):(\\d+)").matcher(url);
    assertThat(parts.matches()).as(url).isTrue();
    Tree service = manifests.one("Service", parts.group(1));
    assertThat(service.at("spec", "selector").pairs())
        .containsEntry("app.kubernetes.io/name", name);
    assertThat(service.at("spec", "ports").each().map(port -> port.text("port")))
        .contains(parts.group(2));
  }

  private static Map<String, String> selector(Tree of) {
    return of.at("spec", "selector", "matchLabels").pairs();
  }

  private static String port(Tree workload, String name) {
    return container(workload).at("ports").named(name).text("containerPort");
  }

  private static String image(String service) throws IOException {
    Matcher version =
        Pattern.compile("<version>(.+)-SNAPSHOT</version>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(version.find()).isTrue();
    return "postbus/" + service + ":" + version.group(1);
  }

  private static String setting(String module, String name) throws IOException {
    return Settings.defaults(module).getProperty(name);
  }
}
