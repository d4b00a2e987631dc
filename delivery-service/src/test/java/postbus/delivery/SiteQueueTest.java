package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.delivery.PoolRig.LONG;
import static postbus.delivery.PoolRig.end;
import static postbus.delivery.PoolRig.mail;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.delivery.HandTaken.Recorded;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.smtp.Pressure;

/** A site's queue: what it takes for the site's doing, and what does not wait in it. */
@Timeout(120)
class SiteQueueTest {
  private static final Route ROUTE = new Route("normal", "x.org", new NextHop.Exchangers("x.org"));
  private static final String SHARED = "delivery.normal.shared";
  private static final String OWN = "delivery.normal.x.org";

  private final PoolRig rig = new PoolRig();

  @AfterEach
  void stopPools() {
    rig.close();
  }

  @Test
  void aMailThatDnsDoesNotLetGoTellsNothingOfASiteThatWasClosed() throws Exception {
    SiteGauge gauge = gauge(0);
    long now = System.currentTimeMillis();
    gauge.began(now);
    gauge.refused(now, 0, "451 4.4.1 refused");
    gauge.reopen();
    SiteQueue queue = queue(rig.normal(5, 500), SHARED, gauge);
    HandTaken mail = mail(ROUTE, "u@x.org");
    queue.add(mail);
    assertThat(end(mail).story()).contains(What.BOUNCED);
    assertThat(gauge.failures()).isEqualTo(1);
    stop(queue);
  }

  @Test
  void aClosedSitesLaneIsInUseUntilItOpensAndItsTroubleIsForgotten() throws Exception {
    SiteGauge gauge = gauge(0);
    SiteQueue queue = queue(rig.normal(5, 500), SHARED, gauge);
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

  @Test
  void whatWaitsGoesWithTheSiteToItsNewLane() throws Exception {
    SiteQueue queue = queue(rig.withLane("x.org"), SHARED, gauge(0));
    HandTaken mail = mail(ROUTE, "u@x.org");
    queue.add(mail);
    assertThat(mail.end.get()).isEmpty();
    queue.follow();
    Recorded follows = end(mail);
    assertThat(follows.mails).extracting(Recorded.Sent::topic).containsExactly(OWN);
    assertThat(follows.events).isEmpty();
    assertThat(queue.tend(System.currentTimeMillis())).isFalse();
    stop(queue);
  }

  @Test
  void aSlowSiteDoesNotKeepSendersInTheDark() throws Exception {
    SiteGauge gauge = gauge(1);
    SiteQueue queue = queue(rig.withLane("x.org"), OWN, gauge);
    long now = System.currentTimeMillis();
    gauge.began(now);
    gauge.ended(now, Pressure.NONE, false, null);
    HandTaken late = mail(fiveHoursAgo(), ROUTE, "late@x.org");
    HandTaken fresh = mail(ROUTE, "new@x.org");
    queue.add(late);
    queue.add(fresh);
    assertThat(queue.tend(now)).isTrue();
    Recorded follows = end(late);
    assertThat(follows.story()).containsExactly(What.BOUNCE_WRITTEN, What.DEFERRED);
    assertThat(follows.retries.getFirst().mail().envelope().delayTold()).isTrue();
    assertThat(fresh.end.get()).isEmpty();
    stop(queue);
  }

  private static MailId fiveHoursAgo() {
    MailId now = MailId.next();
    return new MailId(now.high() - (Duration.ofHours(5).toMillis() << 16), now.low());
  }

  private static SiteGauge gauge(int mailsPerMinuteMax) {
    return new SiteGauge(5, 5, mailsPerMinuteMax, new Random(1));
  }

  private static SiteQueue queue(Pool pool, String lane, SiteGauge gauge) {
    return new SiteQueue(pool, new Place(lane, 0, "x.org"), gauge);
  }

  /** Sessions without a mail end when the queue is looked after. */
  private static void stop(SiteQueue queue) {
    queue.stop();
    await().atMost(LONG).until(() -> isEndedOnceTended(queue));
  }

  private static boolean isEndedOnceTended(SiteQueue queue) throws InterruptedException {
    queue.tendCrew();
    return queue.awaitEnd(Duration.ZERO);
  }
}
