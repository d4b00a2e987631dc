package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who counts as waiting for a mail, and whom a wake is for. */
class CrewTest {
  private final PoolRig rig = new PoolRig();
  private final Crew crew = new Crew();

  @AfterEach
  void stopPools() {
    rig.close();
  }

  @Test
  void oneThatHasFoundAMailWaitsForNone() throws Exception {
    SiteSession session = session();
    crew.looks(session);
    assertThat(crew.idle()).isZero();
    crew.parks(session);
    assertThat(crew.idle()).isEqualTo(1);
    crew.looks(session);
    assertThat(crew.idle()).isZero();
  }

  @Test
  void oneThatWasWokenIsStillToLook() throws Exception {
    crew.parks(session());
    crew.wakeOne();
    assertThat(crew.idle()).isEqualTo(1);
  }

  @Test
  void oneThatLeftIsNotWaitedFor() throws Exception {
    SiteSession session = crew.joined(session());
    crew.parks(session);
    crew.left(session);
    assertThat(crew.idle()).isZero();
    assertThat(crew.size()).isZero();
  }

  private SiteSession session() throws Exception {
    Pool pool = rig.normal(5, 500);
    SiteGauge gauge = new SiteGauge(1, 1, 0, new Random(1));
    return new SiteSession(pool, new SiteQueue(pool, new Place("lane", 0, "x.org"), gauge));
  }
}
