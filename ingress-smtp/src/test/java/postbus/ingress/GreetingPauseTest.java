package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GreetingPauseTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  private long nanos = -5;
  private final GreetingPause pause = new GreetingPause(Duration.ofMillis(50), () -> nanos);

  @Test
  void aStrangerWaits() {
    assertThat(pause.millis(CLIENT)).isEqualTo(50);
  }

  @Test
  void whoseMailWasAcceptedWaitsNoMoreForADay() {
    pause.knows(CLIENT);
    assertThat(pause.millis(CLIENT)).isZero();
    assertThat(pause.millis(OTHER)).isEqualTo(50);
    nanos += GreetingPause.KNOWN_FOR.toNanos();
    assertThat(pause.millis(CLIENT)).isEqualTo(50);
  }

  @Test
  void moreClientsThanCanBeRememberedCostTheFirstItsPlace() {
    pause.knows(CLIENT);
    for (int i = 0; i < GreetingPause.KNOWN_MAX; i++) {
      pause.knows(InetAddress.ofLiteral("10.0.%d.%d".formatted(i >> 8, i & 0xff)));
    }
    assertThat(pause.millis(CLIENT)).isEqualTo(50);
    assertThat(pause.millis(InetAddress.ofLiteral("10.0.0.0"))).isZero();
  }
}
