package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnOrderTest {
  @Test
  void theRelaysTakeTurns() {
    assertThat(TurnOrder.of(2, 3))
        .containsExactly(
            new TurnOrder.Next(0, 1),
            new TurnOrder.Next(1, 1),
            new TurnOrder.Next(0, 2),
            new TurnOrder.Next(1, 2),
            new TurnOrder.Next(0, 3),
            new TurnOrder.Next(1, 3));
  }

  @Test
  void oneAloneFollowsItself() {
    assertThat(TurnOrder.of(1, 2))
        .containsExactly(new TurnOrder.Next(0, 1), new TurnOrder.Next(0, 2));
  }
}
