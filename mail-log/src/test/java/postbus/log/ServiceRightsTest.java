package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import postbus.log.ServiceRights.Right;

class ServiceRightsTest {
  private static final Set<String> POOLS = Set.of("normal", "bulk");

  private final Map<String, List<Right>> rights = ServiceRights.of(POOLS);

  /** A topic that nobody writes, or nobody reads, was forgotten here or is forgotten there. */
  @Test
  void everyTopicHasAWriterAndAReader() {
    for (TopicSpec topic :
        TopicCatalogue.of(LogSettings.Shape.CLUSTER, POOLS, List.of(Duration.ofMinutes(5)))) {
      assertThat(who(topic.name(), AclOperation.WRITE)).as("writes " + topic.name()).isNotEmpty();
      // Events are for operators.
      assertThat(who(topic.name(), AclOperation.READ))
          .as("reads " + topic.name())
          .filteredOn(name -> !name.equals("operator") || topic.name().equals(Topics.EVENTS))
          .isNotEmpty();
    }
  }

  @Test
  void whereMailWaitsOneServiceAloneReadsAndTrims() {
    assertThat(trims(Topics.ACCEPTED)).containsExactly("router-service");
    assertThat(trims(Topics.REINJECTED)).containsExactly("router-service");
    assertThat(trims(Topics.UNJUDGED)).containsExactly("policy-service");
    assertThat(trims(Topics.sharedLane("bulk"))).containsExactly("delivery-service");
    assertThat(trims(Topics.LOCAL)).containsExactly("imap-bridge");
    assertThat(trims("retry.local.5m")).containsExactly("imap-bridge");
  }

  private List<String> trims(String topic) {
    List<String> readers = who(topic, AclOperation.READ);
    assertThat(readers)
        .filteredOn(name -> !name.equals("operator"))
        .isEqualTo(who(topic, AclOperation.DELETE));
    return who(topic, AclOperation.DELETE);
  }

  @Test
  void nobodyMakesOrAltersTopics() {
    assertThat(rights.values().stream().flatMap(List::stream))
        .allSatisfy(right ->
            assertThat(right.operations())
                .doesNotContain(
                    AclOperation.ALL,
                    AclOperation.CREATE,
                    AclOperation.ALTER,
                    AclOperation.ALTER_CONFIGS));
  }

  private List<String> who(String topic, AclOperation does) {
    return rights.entrySet().stream()
        .filter(service ->
            service.getValue().stream()
                .anyMatch(right -> right.operations().contains(does) && covers(right.on(), topic)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean covers(ResourcePattern on, String topic) {
    return on.resourceType() == ResourceType.TOPIC
        && (on.name().equals("*")
            || (on.patternType() == PatternType.PREFIXED
                ? topic.startsWith(on.name())
                : topic.equals(on.name())));
  }
}
