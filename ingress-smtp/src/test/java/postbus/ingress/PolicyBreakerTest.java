package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PolicyBreakerTest {
  private long now = 42;
  private final PolicyBreaker breaker = new PolicyBreaker(3, Duration.ofNanos(10), () -> now);

  @Test
  void afterFailuresInARowOnlyAProbePassesNowAndThen() {
    breaker.failed();
    breaker.failed();
    assertThat(breaker.allows()).isTrue();
    breaker.failed();
    assertThat(breaker.allows()).isFalse();
    now += 10;
    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.allows()).isFalse();
    now += 10;
    assertThat(breaker.allows()).isTrue();
  }

  @Test
  void oneAnswerClosesIt() {
    for (int i = 0; i < 5; i++) {
      breaker.failed();
    }
    assertThat(breaker.allows()).isFalse();
    breaker.answered();
    assertThat(breaker.allows()).isTrue();
  }

  @Test
  void failuresThatAreNotInARowDoNotCount() {
    for (int i = 0; i < 10; i++) {
      breaker.failed();
      breaker.failed();
      breaker.answered();
    }
    assertThat(breaker.allows()).isTrue();
  }
}
