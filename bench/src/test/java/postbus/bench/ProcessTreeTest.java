package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  @Test
  void ownTimesAndThoseOfChildrenCount() {
    String stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 200 0 0 7 5 30 1 20 0 1 0 99 1000 2 3";
    assertThat(ProcessTree.ticks(stat)).isEqualTo(7 + 5 + 30 + 1);
  }
}
