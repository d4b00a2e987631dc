package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.deploy.Network.End;

/** Who may reach whom, computed from the NetworkPolicies as Kubernetes reads them. */
class ReachTest {
  private static final Set<String> DELIVERY = Set.of("delivery-normal", "delivery-bulk");

  private final Network network = new Network(Manifests.overlay("production"));

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "193.0.6.139", "2001:67c:2e8:25::c100:b21"})
  void onlyDeliveryReachesTheWorldsPort25(String world) {
    assertThat(network.whoReaches(new End.Address(world), 25)).isEqualTo(DELIVERY);
  }

  @ParameterizedTest
  @ValueSource(ints = {22, 53, 80, 443, 465, 587, 2525, 3306, 8080})
  void nobodyReachesAnotherPortOfTheWorld(int port) {
    assertThat(network.whoReaches(new End.Address("8.8.8.8"), port)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "fd00::1"})
  void nobodyReachesPort25InHere(String privately) {
    assertThat(network.whoReaches(new End.Address(privately), 25)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.31, 3306, router-service",
    "192.0.2.32, 3306, router-service",
    "192.0.2.40, 3306, ingress-smtp router-service",
    "192.0.2.50, 24, imap-bridge"
  })
  void whatIsNearIsReachedByThoseWhoNeedIt(String address, int port, String who) {
    assertThat(network.whoReaches(new End.Address(address), port))
        .containsExactlyInAnyOrder(who.split(" "));
  }

  @Test
  void contentsAndTheSiteAreReachedByAll() {
    Set<String> all = names();
    assertThat(network.whoReaches(new End.Address("192.0.2.20"), 443)).isEqualTo(all);
    assertThat(network.whoReaches(new End.Address("192.0.2.10"), 22)).isEqualTo(all);
  }

  @Test
  void fromOutsideOnlyTheIngressIsReached() {
    Set<String> reached = new TreeSet<>();
    for (Tree workload : network.manifests().workloads()) {
      End.Pod pod = network.pod(workload);
      pod.ports()
          .forEach((name, port) -> {
            if (network.mayReach(new End.Address("203.0.113.7"), pod, port)) {
              reached.add(workload.text("metadata", "name") + " " + name);
            }
          });
    }
    assertThat(reached)
        .containsExactly(
            "ingress-smtp smtp", "ingress-smtp submission", "ingress-smtp submissions");
  }

  @Test
  void servicesReachEachOtherForQuestionsAlone() {
    Map<String, Set<String>> reached = new TreeMap<>();
    for (Tree to : network.manifests().workloads()) {
      network
          .pod(to)
          .ports()
          .forEach((name, port) -> {
            Set<String> who = network.whoReaches(network.pod(to), port);
            if (!who.isEmpty()) {
              reached.put(to.text("metadata", "name") + " " + name, who);
            }
          });
    }
    assertThat(reached)
        .containsEntry("policy-service questions", Set.of("ingress-smtp"))
        .containsEntry("router-service questions", Set.of("policy-service"))
        .hasSize(2);
  }

  @Test
  void allReachTheLogByTlsAlone() {
    End broker =
        new End.Pod(
            Map.of("strimzi.io/cluster", "postbus", "strimzi.io/name", "postbus-kafka"), Map.of());
    // Who may come in there Strimzi says, so only the way out is ours to look at.
    Manifests ours = network.manifests();
    End outside = new End.Elsewhere(Map.of(), Map.of());
    assertThat(ours.workloads())
        .allMatch(one -> network.maySend(network.pod(one), broker, 9093))
        .allMatch(one -> !network.mayReach(network.pod(one), outside, 9093))
        .allMatch(one -> !network.mayReach(network.pod(one), broker, 9092));
  }

  /** There brokers read their certificates, and where they have a rack the labels of their node. */
  @ParameterizedTest
  @CsvSource({
    "production, postbus-kafka, 443",
    "production, postbus-kafka, 6443",
    "production, postbus-entity-operator, 443",
    "single-node, postbus-kafka, 443",
    "single-node, postbus-entity-operator, 6443"
  })
  void brokersAndStrimzisOperatorsReachTheApiServerAndTheLog(
      String overlay, String name, int port) {
    Network there = new Network(Manifests.overlay(overlay));
    End.Pod strimzis =
        new End.Pod(Map.of("strimzi.io/cluster", "postbus", "strimzi.io/name", name), Map.of());
    End server = new End.Address("198.51.100.200");
    assertThat(there.mayReach(strimzis, server, port)).isTrue();
    assertThat(there.mayReach(strimzis, server, 25)).isFalse();
    assertThat(there.maySend(strimzis, strimzis, 9091)).isTrue();
  }

  @Test
  void prometheusReadsMetricsAndNobodyElse() {
    Map<String, String> monitoring = Map.of("kubernetes.io/metadata.name", "monitoring");
    End prometheus = new End.Elsewhere(monitoring, Map.of("app.kubernetes.io/name", "prometheus"));
    End neighbour = new End.Elsewhere(monitoring, Map.of("app.kubernetes.io/name", "grafana"));
    for (Tree workload : network.manifests().workloads()) {
      End.Pod pod = network.pod(workload);
      int management = pod.ports().get("management");
      assertThat(network.mayReach(prometheus, pod, management)).isTrue();
      assertThat(network.mayReach(neighbour, pod, management)).isFalse();
      if (pod.ports().containsKey("questions")) {
        assertThat(network.mayReach(prometheus, pod, pod.ports().get("questions"))).isFalse();
      }
    }
  }

  @Test
  void allAskTheClustersDns() {
    End dns =
        new End.Elsewhere(
            Map.of("kubernetes.io/metadata.name", "kube-system"), Map.of("k8s-app", "kube-dns"));
    assertThat(network.whoReaches(dns, 53)).isEqualTo(names());
  }

  @Test
  void softwareThatSubmitsReachesWikiMailOnlyFromNamespacesThatMay() {
    End.Pod ingress = network.pod(network.manifests().one("Deployment", "ingress-smtp"));
    int port = ingress.ports().get("wiki-mail");
    End may = new End.Elsewhere(Map.of("postbus.org/submits", "wiki-mail"), Map.of("app", "w"));
    End mayNot = new End.Elsewhere(Map.of(), Map.of("app", "w"));
    assertThat(network.mayReach(may, ingress, port)).isTrue();
    assertThat(network.mayReach(mayNot, ingress, port)).isFalse();
  }

  @Test
  void policiesDoNotBindPodsOfTheHostsNetworkAndOnlyDeliveryIsThere() {
    assertThat(
            network.manifests().workloads().stream()
                .filter(one -> Manifests.pod(one).text("hostNetwork").equals("true"))
                .map(one -> one.text("metadata", "name")))
        .containsExactlyInAnyOrderElementsOf(DELIVERY);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    network.manifests().workloads().forEach(one -> names.add(one.text("metadata", "name")));
    return names;
  }
}
