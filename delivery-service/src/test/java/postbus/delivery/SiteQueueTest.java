package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.delivery.PoolRig.end;
import static postbus.delivery.PoolRig.mail;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.Event.What;
import postbus.mail.NextHop;
import postbus.mail.Route;

/** A site's queue, and what it takes for the site's doing. */
@Timeout(30)
class SiteQueueTest {
  private static final Route ROUTE = new Route("normal", "x.org", new NextHop.Exchangers("x.org"));

  private final PoolRig rig = new PoolRig();
  private final Pool pool = rig.normal(5, 500);
  private final SiteGauge gauge = new SiteGauge(5, 5, 0, new Random(1));
  private final SiteQueue queue =
      new SiteQueue(pool, new Place("delivery.normal.shared", 0, "x.org"), gauge);

  @AfterEach
  void stopPools() throws Exception {
    queue.stop();
    assertThat(queue.awaitEnd(PoolRig.LONG)).isTrue();
    rig.close();
  }

  @Test
  void aMailThatDnsDoesNotLetGoTellsNothingOfASiteThatWasClosed() throws Exception {
    long now = System.currentTimeMillis();
    gauge.began(now);
    gauge.refused(now, 0, "451 4.4.1 refused");
    gauge.reopen();
    HandTaken mail = mail(ROUTE, "u@x.org");
    queue.add(mail);
    assertThat(end(mail).story()).contains(What.BOUNCED);
    assertThat(gauge.failures()).isEqualTo(1);
  }

  @Test
  void aSiteThatWaitsForItsNextMailKeepsItsLane() throws Exception {
    long now = System.currentTimeMillis();
    assertThat(queue.isInUse(now)).isFalse();
    gauge.began(now);
    gauge.refused(now, 0, "451 4.4.1 refused");
    assertThat(queue.isInUse(now)).isTrue();
    long later = now + Duration.ofMinutes(10).toMillis();
    assertThat(queue.isInUse(later)).isFalse();
    assertThat(queue.tend(later)).isTrue();
    assertThat(queue.tend(later + SiteMemory.KEPT.toMillis())).isFalse();
  }
}
