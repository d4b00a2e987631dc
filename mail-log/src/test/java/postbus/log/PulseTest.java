package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PulseTest {
  private long now = -5;
  private final Pulse pulse = new Pulse(() -> now);

  @Test
  void nothingIsExpectedBeforeItsFirstBeat() {
    now += 2 * Pulse.SILENCE_MAX.toNanos();
    assertThat(pulse.isLive()).isTrue();
  }

  @Test
  void isLiveAsLongAsItBeats() {
    for (int i = 0; i < 3; i++) {
      pulse.beat();
      now += Pulse.SILENCE_MAX.toNanos() - 1;
      assertThat(pulse.isLive()).isTrue();
    }
    now++;
    assertThat(pulse.isLive()).isFalse();
    pulse.beat();
    assertThat(pulse.isLive()).isTrue();
  }
}
