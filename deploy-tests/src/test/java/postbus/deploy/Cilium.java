package postbus.deploy;

import java.util.List;
import java.util.Map;

/** As much of Cilium's egress gateways as the manifests use (docs.cilium.io). */
final class Cilium {
  private Cilium() {}

  record Named(String name) {}

  record Labels(Map<String, String> matchLabels) {}

  record Selector(Labels podSelector) {}

  record Gateway(Labels nodeSelector, String egressIP) {}

  record Spec(
      List<Selector> selectors,
      List<String> destinationCIDRs,
      List<String> excludedCIDRs,
      Gateway egressGateway) {}

  record EgressGateway(String apiVersion, String kind, Named metadata, Spec spec) {}
}
