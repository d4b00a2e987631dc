package postbus.deploy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may reach whom by the NetworkPolicies, for TCP: nobody whom a policy selects but by a rule;
 * everybody else. What Kubernetes says of policies, of as much of it as the manifests use.
 */
record Network(Manifests manifests) {

  /** Who sends or is sent to. */
  sealed interface End {
    /** A pod in our namespace, with names for its ports. */
    record Pod(Map<String, String> labels, Map<String, Integer> ports) implements End {}

    /** A pod in another one. */
    record Elsewhere(Map<String, String> namespace, Map<String, String> labels) implements End {}

    /** Outside of the cluster. */
    record Address(String ip) implements End {}
  }

  End.Pod pod(Tree workload) {
    Map<String, Integer> ports =
        Manifests.container(workload)
            .at("ports")
            .each()
            .collect(Collectors.toMap(p -> p.text("name"), p -> p.number("containerPort")));
    return new End.Pod(Manifests.labels(workload), ports);
  }

  /** The names of the workloads that may. */
  Set<String> whoReaches(End to, int port) {
    return manifests.workloads().stream()
        .filter(workload -> mayReach(pod(workload), to, port))
        .map(workload -> workload.text("metadata", "name"))
        .collect(Collectors.toSet());
  }

  boolean mayReach(End from, End to, int port) {
    return (!(from instanceof End.Pod sender) || maySend(sender, to, port))
        && (!(to instanceof End.Pod receiver) || allows(receiver, "Ingress", from, port, to));
  }

  /** Whether it gets out; who comes in is somebody else's to say. */
  boolean maySend(End.Pod from, End to, int port) {
    return allows(from, "Egress", to, port, to);
  }

  private boolean allows(End.Pod bound, String way, End peer, int port, End receiver) {
    List<Tree> binding =
        manifests
            .kind("NetworkPolicy")
            .filter(policy -> policy.at("spec", "policyTypes").texts().contains(way))
            .filter(policy -> policy.at("spec", "podSelector").selects(bound.labels()))
            .toList();
    String rules = way.equals("Egress") ? "egress" : "ingress";
    String peers = way.equals("Egress") ? "to" : "from";
    return binding.isEmpty()
        || binding.stream()
            .flatMap(policy -> policy.at("spec", rules).each())
            .anyMatch(
                rule -> isAnyOf(rule.at(peers), peer) && isPort(rule.at("ports"), port, receiver));
  }

  private static boolean isAnyOf(Tree peers, End end) {
    return !peers.isThere() || peers.each().anyMatch(peer -> is(peer, end));
  }

  private static boolean is(Tree peer, End end) {
    return switch (end) {
      case End.Pod(var labels, var _) ->
          !peer.at("namespaceSelector").isThere()
              && !peer.at("ipBlock").isThere()
              && peer.at("podSelector").selects(labels);
      case End.Elsewhere(var namespace, var labels) ->
          peer.at("namespaceSelector").isThere()
              && peer.at("namespaceSelector").selects(namespace)
              && peer.at("podSelector").selects(labels);
      case End.Address(String ip) ->
          peer.at("ipBlock").isThere()
              && isIn(ip, peer.text("ipBlock", "cidr"))
              && peer.at("ipBlock", "except").texts().stream().noneMatch(not -> isIn(ip, not));
    };
  }

  private static boolean isPort(Tree ports, int port, End receiver) {
    return !ports.isThere()
        || ports
            .each()
            .filter(one -> one.text("protocol").equals("TCP"))
            .anyMatch(one -> {
              String named = one.text("port");
              if (!named.matches("\\d+")) {
                return receiver instanceof End.Pod(var _, var names)
                    && Integer.valueOf(port).equals(names.get(named));
              }
              int last = one.at("endPort").isThere() ? one.number("endPort") : one.number("port");
              return port >= one.number("port") && port <= last;
            });
  }

  private static boolean isIn(String ip, String network) {
    String[] parts = network.split("/");
    byte[] address = InetAddress.ofLiteral(ip).getAddress();
    byte[] prefix = InetAddress.ofLiteral(parts[0]).getAddress();
    if (address.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < Integer.parseInt(parts[1]); bit++) {
      int mask = 0x80 >> bit % 8;
      if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
