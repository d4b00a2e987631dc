package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** How fast a site is, as can be seen. */
class PaceTest {
  private final Pace pace = new Pace();
  private long now = 1_000_000;

  @Test
  void aFirstMailThatTakesItsTimeSaysNothing() {
    pace.began(now);
    now += 2_000;
    pace.ended(now);
    assertThat(pace.interval(now)).isZero();
  }

  @Test
  void aSiteThatTakesMailsOneAfterAnotherIsAsFastAsThat() {
    mails(1_000, 10);
    assertThat(pace.interval(now)).isCloseTo(10, within(0.5));
    mails(300, 100);
    assertThat(pace.interval(now)).isCloseTo(100, within(5.0));
  }

  @Test
  void timeWithoutMailsDoesNotCount() {
    for (int i = 0; i < 50; i++) {
      mails(40, 10);
      now += 100;
    }
    assertThat(pace.interval(now)).isCloseTo(10, within(1.0));
  }

  @Test
  void aShortSilenceIsNoSignAndALongOneIs() {
    mails(1_000, 1);
    pace.began(now);
    now += 300;
    mails(1_000, 1);
    assertThat(pace.interval(now)).isLessThan(2);
    pace.began(now);
    now += 6_000;
    assertThat(pace.interval(now)).isEqualTo(3_000);
  }

  @Test
  void aSiteThatNeverAnswersIsSlowerByTheMinute() {
    for (int i = 0; i < 5; i++) {
      pace.began(now);
    }
    now += 3_000;
    assertThat(pace.interval(now)).isZero();
    now += 7_000;
    assertThat(pace.interval(now)).isEqualTo(2_000);
    now += 50_000;
    assertThat(pace.interval(now)).isEqualTo(12_000);
    now += 3_600_000;
    assertThat(pace.interval(now)).isEqualTo(Pace.SLOWEST.toMillis());
  }

  @Test
  void whatWasLongAgoIsForgotten() {
    mails(100, 1_000);
    now += 60_000;
    assertThat(pace.interval(now)).isZero();
  }

  private void mails(int count, long millis) {
    for (int i = 0; i < count; i++) {
      pace.began(now);
      now += millis;
      pace.ended(now);
    }
  }
}
