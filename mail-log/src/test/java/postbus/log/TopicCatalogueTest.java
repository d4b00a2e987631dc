package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import postbus.log.LogSettings.Shape;

class TopicCatalogueTest {
  private static final List<Duration> DELAYS = List.of(Duration.ofMinutes(5), Duration.ofHours(2));

  @Test
  void holdsAllThatAStageReadsOrWrites() {
    assertThat(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("bulk"), DELAYS))
        .extracting(TopicSpec::name)
        .containsExactlyInAnyOrder(
            "mail.received",
            "mail.verdicts",
            "mail.accepted",
            "mail.unjudged",
            "mail.reinjected",
            "mail.quarantine",
            "mail.events",
            "delivery.local",
            "delivery.slots",
            "delivery.sites",
            "delivery.orders",
            "delivery.bulk.shared",
            "policy.greylist",
            "dead-letter.marks",
            "dead-letter.policy",
            "dead-letter.router",
            "dead-letter.local",
            "dead-letter.bulk",
            "retry.policy.5m",
            "retry.policy.2h",
            "retry.router.5m",
            "retry.router.2h",
            "retry.local.5m",
            "retry.local.2h",
            "retry.bulk.5m",
            "retry.bulk.2h");
  }

  @Test
  void aPoolHasTheLanesThatItLendsAndThoseOfSites() {
    var pool = new TopicCatalogue.Pool("bulk", DELAYS, 2, Set.of("google.com"));
    assertThat(TopicCatalogue.of(Shape.ONE_MACHINE, List.of(pool), DELAYS))
        .extracting(TopicSpec::name)
        .contains("delivery.bulk.slot-01", "delivery.bulk.slot-02", "delivery.bulk.google.com");
  }

  @Test
  void deletesNothingThatWaitsByAge() {
    for (Shape shape : Shape.values()) {
      assertThat(TopicCatalogue.of(shape, Set.of("bulk"), DELAYS))
          .filteredOn(topic ->
              !topic
                  .name()
                  .matches(
                      "mail\\.(received|verdicts|events)|delivery\\.(slots|sites|orders)|.*marks"
                          + "|policy\\.greylist"))
          .allSatisfy(topic ->
              assertThat(topic.settings())
                  .anyMatch(s -> s.name().equals("retention.ms") && s.value().equals("-1"))
                  .anyMatch(s -> s.name().equals("retention.bytes") && s.value().equals("-1")));
    }
  }

  @Test
  void holdsTheLanesThatAPoolLendsAndThoseThatSitesHave() {
    var pool = new TopicCatalogue.Pool("bulk", DELAYS, 2, Set.of("google.com"));
    assertThat(TopicCatalogue.of(Shape.CLUSTER, List.of(pool), DELAYS))
        .extracting(TopicSpec::name)
        .filteredOn(name -> name.startsWith("delivery.bulk."))
        .containsExactly(
            "delivery.bulk.shared",
            "delivery.bulk.google.com",
            "delivery.bulk.slot-01",
            "delivery.bulk.slot-02");
  }

  @Test
  void keepsTheLastValueOfWhatIsReadAsATable() {
    assertThat(TopicCatalogue.of(Shape.CLUSTER, Set.of("bulk"), DELAYS))
        .filteredOn(topic -> topic.name().matches("delivery\\.(slots|sites|orders)"))
        .hasSize(3)
        .allSatisfy(topic -> {
          assertThat(topic.partitions()).isEqualTo(1);
          assertThat(topic.settings())
              .anyMatch(s -> s.name().equals("cleanup.policy") && s.value().equals("compact"));
        });
  }

  @Test
  void refusesAPoolThatIsCalledAsAStage() {
    assertThatThrownBy(() -> TopicCatalogue.of(Shape.CLUSTER, Set.of("router"), DELAYS))
        .hasMessage("a pool may not be called as a stage: router");
    assertThatThrownBy(() -> TopicCatalogue.of(Shape.CLUSTER, Set.of("marks"), DELAYS))
        .hasMessage("a pool may not be called as a stage: marks");
    assertThatThrownBy(() -> TopicCatalogue.of(Shape.CLUSTER, Set.of("quarantine"), DELAYS))
        .hasMessage("a pool may not be called as a stage: quarantine");
  }

  @Test
  void printsADelayInItsLargestUnit() {
    assertThat(Topics.retry("x", Duration.ofSeconds(30))).isEqualTo("retry.x.30s");
    assertThat(Topics.retry("x", Duration.ofSeconds(90))).isEqualTo("retry.x.90s");
    assertThat(Topics.retry("x", Duration.ofMinutes(5))).isEqualTo("retry.x.5m");
    assertThat(Topics.retry("x", Duration.ofHours(24))).isEqualTo("retry.x.24h");
    assertThatThrownBy(() -> Topics.retry("x", Duration.ofMillis(1500)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
