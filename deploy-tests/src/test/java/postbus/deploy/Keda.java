package postbus.deploy;

import java.util.List;
import java.util.Map;

/** As much of KEDA's resources as the manifests use (keda.sh/docs/2.18/reference). */
final class Keda {
  private Keda() {}

  record Named(String name, String namespace) {}

  record Target(String apiVersion, String kind, String name) {}

  record Fallback(int failureThreshold, int replicas, String behavior) {}

  record Policy(String type, int value, int periodSeconds) {}

  record Rules(int stabilizationWindowSeconds, List<Policy> policies) {}

  record Behavior(Rules scaleUp, Rules scaleDown) {}

  record Autoscaler(Behavior behavior) {}

  record Advanced(Autoscaler horizontalPodAutoscalerConfig) {}

  record Trigger(String type, Map<String, String> metadata, Named authenticationRef) {}

  record Scaling(
      Target scaleTargetRef,
      int minReplicaCount,
      int maxReplicaCount,
      int pollingInterval,
      Fallback fallback,
      Advanced advanced,
      List<Trigger> triggers) {}

  record ScaledObject(String apiVersion, String kind, Named metadata, Scaling spec) {}

  record SecretKey(String parameter, String name, String key) {}

  record Authentication(List<SecretKey> secretTargetRef) {}

  record TriggerAuthentication(
      String apiVersion, String kind, Named metadata, Authentication spec) {}
}
