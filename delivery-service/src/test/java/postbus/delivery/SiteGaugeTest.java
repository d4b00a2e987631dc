package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import postbus.mail.SiteState;
import postbus.smtp.Pressure;

/** What a site bears, as it shows. */
class SiteGaugeTest {
  private static final long NOON = 1_000_000_000L;
  private static final Duration FOUR_HOURS = Duration.ofHours(4);

  private final SiteGauge gauge = new SiteGauge(20, 5, 0, new Random(1));
  private long now = NOON;

  @Test
  void aSiteThatAnswersWellGetsMoreConnectionsUpToItsLimit() {
    good(5, true);
    assertThat(gauge.sessionsMax(now)).isEqualTo(5);
    good(500, true);
    assertThat(gauge.sessionsMax(now)).isEqualTo(20);
  }

  @Test
  void aSiteWithFewMailsGetsNoMore() {
    good(500, false);
    assertThat(gauge.sessionsMax(now)).isEqualTo(5);
  }

  @Test
  void aSiteThatAsksForLessGetsHalfOfThemOnceASecond() {
    good(500, true);
    for (int i = 0; i < 20; i++) {
      pushBack();
    }
    assertThat(gauge.sessionsMax(now)).isEqualTo(10);
    now += 1500;
    pushBack();
    assertThat(gauge.sessionsMax(now)).isEqualTo(5);
  }

  @Test
  void aSiteThatBearsNotEvenOneIsClosed() {
    for (int i = 0; i < 3; i++) {
      now += 1500;
      pushBack();
    }
    assertThat(gauge.isClosed(now)).isFalse();
    for (int i = 0; i < 3; i++) {
      now += 1500;
      pushBack();
    }
    assertThat(gauge.isClosed(now)).isTrue();
    assertThat(gauge.sessionsMax(now)).isZero();
  }

  @Test
  void aDeadSiteIsProbedByOneConnectionLessAndLessOften() {
    long former = 0;
    for (int i = 0; i < 12; i++) {
      gauge.began(now);
      assertThat(gauge.refused(now, 0, "451 4.4.1 refused")).isTrue();
      long closed = gauge.closedUntil(now).orElseThrow().toEpochMilli() - now;
      assertThat(closed).isBetween(Math.min(30_000L << i, 1_800_000L), 2_160_000L);
      assertThat(closed).isGreaterThan((long) (former * 0.8));
      former = closed;
      now += closed;
      assertThat(gauge.sessionsMax(now)).isEqualTo(1);
    }
    good(1, false);
    assertThat(gauge.sessionsMax(now)).isEqualTo(5);
  }

  @Test
  void aSiteThatTakesSomeConnectionsIsServedOverThose() {
    gauge.began(now);
    assertThat(gauge.refused(now, 2, "421 too many")).isFalse();
    assertThat(gauge.sessionsMax(now)).isEqualTo(2);
    assertThat(gauge.isClosed(now)).isFalse();
  }

  @Test
  void theSlowerASiteTheLongerItsMailsWouldWait() {
    good(4000, true);
    assertThat(gauge.expectedWait(2000, now)).isBetween(3_000L, 5_000L);
    gauge.began(now);
    now += 20_000;
    assertThat(gauge.expectedWait(2000, now)).isGreaterThan(20_000);
  }

  @Test
  void mailsThatStepAsideComeBackAtTheSitesRate() {
    SiteGauge slow = new SiteGauge(20, 5, 20, new Random(1));
    long last = 0;
    for (int i = 0; i < 1000; i++) {
      last = slow.turn(now, Duration.ofDays(1));
    }
    assertThat(last - now).isBetween(Duration.ofMinutes(50).toMillis(), 52 * 60_000L);
    for (int i = 0; i < 99_000; i++) {
      last = slow.turn(now, FOUR_HOURS);
    }
    assertThat(last).isEqualTo(now + FOUR_HOURS.toMillis());
  }

  @Test
  void mailsOfASilentSiteAreAwayForAsLongAsTheSilence() {
    gauge.began(now);
    now += 120_000;
    assertThat(gauge.turn(now, FOUR_HOURS) - now).isBetween(120_000L, 121_000L);
  }

  @Test
  void noMailComesBackToASiteThatIsStillClosed() {
    gauge.began(now);
    gauge.refused(now, 0, "refused");
    long opens = gauge.closedUntil(now).orElseThrow().toEpochMilli();
    assertThat(gauge.turn(now, FOUR_HOURS)).isGreaterThan(opens);
  }

  @Test
  void theFirstMailOfASlowRateWaitsForNothing() {
    SiteGauge slow = new SiteGauge(20, 5, 2, new Random(1));
    assertThat(slow.expectedWait(1, now)).isZero();
    slow.began(now);
    slow.ended(now, Pressure.NONE, false, null);
    assertThat(slow.expectedWait(1, now)).isEqualTo(30_000);
    assertThat(slow.expectedWait(3, now + 10_000)).isEqualTo(80_000);
    assertThat(slow.expectedWait(1, now + 30_000)).isZero();
  }

  @Test
  void aRateIsKept() {
    SiteGauge slow = new SiteGauge(20, 5, 60, new Random(1));
    for (int i = 0; i < 10; i++) {
      long at = Math.max(now, slow.nextSend());
      slow.began(at);
      slow.ended(at, Pressure.NONE, true, null);
      now = at;
    }
    assertThat(now - NOON).isEqualTo(9_000);
  }

  @Test
  void aLaterOwnerGoesOnFromWhatTheFormerOneLearned() {
    gauge.restore(
        new SiteState(
            "normal",
            "x.org",
            "delivery.normal.shared",
            0,
            Instant.ofEpochMilli(now),
            Optional.of(Instant.ofEpochMilli(now + 60_000)),
            Optional.empty(),
            Optional.of(Instant.ofEpochMilli(now + 90_000)),
            false,
            3,
            12.5,
            0,
            0,
            "421 4.7.0 slow down"));
    assertThat(gauge.isClosed(now)).isTrue();
    assertThat(gauge.lastReply()).isEqualTo("421 4.7.0 slow down");
    assertThat(gauge.nextSend(now)).contains(Instant.ofEpochMilli(now + 90_000));
    now += 61_000;
    assertThat(gauge.sessionsMax(now)).isEqualTo(1);
    good(1, false);
    assertThat(gauge.sessionsMax(now)).isEqualTo(12);
  }

  @Test
  void aTroubleIsForgottenAfterAnHour() {
    gauge.began(now);
    gauge.refused(now, 0, "refused");
    now = gauge.closedUntil(now).orElseThrow().toEpochMilli();
    assertThat(gauge.isWaitedFor(now)).isFalse();
    now += Duration.ofMinutes(59).toMillis();
    assertThat(gauge.isTroubled(now)).isTrue();
    now += Duration.ofMinutes(1).toMillis();
    assertThat(gauge.isTroubled(now)).isFalse();
  }

  @Test
  void aRateIsRememberedUntilTheNextMailMayGo() {
    SiteGauge slow = new SiteGauge(20, 5, 2, new Random(1));
    slow.began(now);
    slow.ended(now, Pressure.NONE, false, null);
    assertThat(slow.isTroubled(now + 29_999)).isTrue();
    assertThat(slow.isTroubled(now + 30_000)).isFalse();
  }

  private void good(int mails, boolean isBusy) {
    for (int i = 0; i < mails; i++) {
      gauge.began(now);
      now += 2;
      gauge.ended(now, Pressure.NONE, isBusy, null);
    }
  }

  private void pushBack() {
    gauge.began(now);
    gauge.ended(now, Pressure.EASE_OFF, true, "421 4.7.0 slow down");
  }
}
