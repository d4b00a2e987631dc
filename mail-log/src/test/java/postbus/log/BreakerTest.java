package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private long now = 42;
  private final Breaker breaker = new Breaker(3, Duration.ofNanos(10), () -> now);

  @Test
  void afterFailuresInARowOnlyOneTryPassesNowAndThen() {
    assertThat(breaker.failed()).isFalse();
    assertThat(breaker.failed()).isFalse();
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.failed()).isTrue();
    assertThat(breaker.allows()).isFalse();
    now += 10;
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.allows()).isFalse();
    assertThat(breaker.failed()).isFalse();
    now += 10;
    assertThat(breaker.allows()).isTrue();
  }

  @Test
  void oneAnswerClosesIt() {
    for (int i = 0; i < 5; i++) {
      breaker.failed();
    }
    assertThat(breaker.allows()).isFalse();
    assertThat(breaker.answered()).isTrue();
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.answered()).isFalse();
  }

  @Test
  void failuresThatAreNotInARowDoNotCount() {
    for (int i = 0; i < 10; i++) {
      breaker.failed();
      breaker.failed();
      assertThat(breaker.answered()).isFalse();
    }
    assertThat(breaker.allows()).isTrue();
  }
}
