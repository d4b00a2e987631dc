package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import postbus.site.Lending;

/** When a site wants a lane of its own. */
class SlotWishTest {
  private final SlotWish wish =
      new SlotWish(new Lending(8, 600, Duration.ofMinutes(1), Duration.ofMinutes(10)));
  private long now = 1_000_000;

  @Test
  void muchTrafficForLongEnoughIsAWishOnceItsSessionsHaveEnded() {
    mails(1200, 60_000);
    assertThat(wish.isUttered(now, 3)).isFalse();
    assertThat(wish.isDraining()).isTrue();
    assertThat(wish.isUttered(now, 0)).isTrue();
  }

  @Test
  void aBurstIsNone() {
    mails(1200, 1_000);
    assertThat(wish.isUttered(now, 0)).isFalse();
    mails(1, 200_000);
    assertThat(wish.isUttered(now, 0)).isFalse();
  }

  @Test
  void sessionsThatDoNotEndEndTheWish() {
    mails(1200, 60_000);
    assertThat(wish.isUttered(now, 1)).isFalse();
    now += SlotWish.DRAIN_WAIT.toMillis() + 1;
    assertThat(wish.isUttered(now, 1)).isFalse();
    assertThat(wish.isDraining()).isFalse();
  }

  @Test
  void aWishThatWasRefusedIsNotUtteredAgainAtOnce() {
    mails(1200, 60_000);
    assertThat(wish.isUttered(now, 0)).isTrue();
    wish.ended(now);
    mails(1200, 60_000);
    assertThat(wish.isUttered(now, 0)).isFalse();
    assertThat(wish.isDraining()).isFalse();
  }

  @Test
  void aPoolThatLendsNothingHearsNoWishes() {
    SlotWish none = new SlotWish(new Lending(0, 1, Duration.ofSeconds(1), Duration.ofMinutes(1)));
    none.count(now);
    none.count(now);
    assertThat(none.isUttered(now + 1_000, 0)).isFalse();
  }

  private void mails(int count, long millis) {
    for (int i = 0; i < count; i++) {
      wish.count(now);
      now += i < count - 1 ? 0 : millis;
    }
  }
}
