package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.SiteStates;
import postbus.log.Topics;
import postbus.mail.SiteState;
import postbus.site.DeliveryLimits;
import postbus.site.Schedule;

/** What is known of sites, and for how long. */
@Timeout(120)
class SiteMemoryTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String LANE = Topics.sharedLane("normal");

  @TempDir Path folder;

  @Test
  void oldTroubleIsForgottenAndNoOtherOwnersIsTouched() throws Exception {
    Instant now = Instant.now();
    Instant longAgo = now.minus(SiteMemory.KEPT).minusSeconds(60);
    try (LaneRig lanes = new LaneRig(folder, DeliveryLimits.DEFAULT, Schedule.DEFAULT);
        SiteStates states = new SiteStates(lanes.log("0"))) {
      states.start();
      await().atMost(LONG).until(states::isReady);
      states.publish(state("old.org", 0, longAgo, Optional.empty()));
      states.publish(state("closed.org", 0, longAgo, Optional.of(now.plusSeconds(60))));
      states.publish(state("new.org", 0, now, Optional.empty()));
      states.publish(state("used.org", 0, longAgo, Optional.empty()));
      states.publish(state("others.org", 1, longAgo, Optional.empty()));
      await().atMost(LONG).until(() -> states.all().size() == 5);
      SiteMemory memory = new SiteMemory("normal", states, (_, partition) -> partition == 0);
      Place old = new Place(LANE, 0, "old.org");
      assertThat(memory.find(old, now.toEpochMilli())).isEmpty();
      memory.tend(now.toEpochMilli(), place -> place.site().equals("used.org"));
      await().atMost(LONG).until(() -> states.all().size() == 4);
      assertThat(states.find(LANE, 0, "old.org")).isEmpty();
    }
  }

  private static SiteState state(
      String site, int partition, Instant at, Optional<Instant> closedUntil) {
    return new SiteState(
        "normal",
        site,
        LANE,
        partition,
        at,
        closedUntil,
        Optional.empty(),
        Optional.empty(),
        false,
        3,
        1,
        0,
        0,
        "451 4.4.1 refused");
  }
}
