package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.ServiceRights;

/** Strimzi lets each service do in the log what it does there, and nothing else. */
class RightsTest {
  private final Manifests manifests = Manifests.overlay("production");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress-smtp",
        "policy-service",
        "router-service",
        "delivery-service",
        "imap-bridge",
        "operator"
      })
  void aServiceMayDoWhatItDoes(String service) {
    Map<ResourcePattern, Set<String>> does =
        ServiceRights.of(List.of("normal", "bulk")).get(service).stream()
            .collect(
                Collectors.toMap(
                    ServiceRights.Right::on,
                    right ->
                        right.operations().stream()
                            .map(RightsTest::name)
                            .collect(Collectors.toCollection(TreeSet::new))));

    Map<ResourcePattern, Set<String>> may = new HashMap<>();
    manifests
        .one("KafkaUser", service)
        .at("spec", "authorization", "acls")
        .each()
        .forEach(acl ->
            may.computeIfAbsent(on(acl.at("resource")), _ -> new TreeSet<>())
                .addAll(acl.at("operations").texts()));

    assertThat(may).isEqualTo(does);
  }

  private static ResourcePattern on(Tree resource) {
    String type = resource.text("type");
    return switch (type) {
      case "cluster" ->
          new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
      default ->
          new ResourcePattern(
              type.equals("transactionalId")
                  ? ResourceType.TRANSACTIONAL_ID
                  : ResourceType.fromString(type),
              resource.text("name"),
              resource.text("patternType").equals("prefix")
                  ? PatternType.PREFIXED
                  : PatternType.LITERAL);
    };
  }

  /** {@code DESCRIBE_CONFIGS} is {@code DescribeConfigs} to Strimzi. */
  private static String name(AclOperation operation) {
    return Arrays.stream(operation.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
