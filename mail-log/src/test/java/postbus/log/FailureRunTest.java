package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FailureRunTest {
  private static final TopicPartition LANE = new TopicPartition("lane", 0);
  private final FailureRun run = new FailureRun(3);

  @Test
  void distinctFailuresWithNoSuccessBetweenMakeARunThatBeginsOnce() {
    assertThat(run.failed(LANE, 1)).isFalse();
    assertThat(run.failed(LANE, 2)).isFalse();
    assertThat(run.failed(LANE, 3)).isTrue();
    assertThat(run.failed(LANE, 4)).isFalse();
    assertThat(run.isPaused()).isTrue();
  }

  @Test
  void oneRecordThatFailsAgainAndAgainIsNoRun() {
    for (int i = 0; i < 10; i++) {
      assertThat(run.failed(LANE, 1)).isFalse();
    }
    assertThat(run.isPaused()).isFalse();
  }

  @Test
  void theFirstSuccessEndsTheRun() {
    run.failed(LANE, 1);
    run.failed(LANE, 2);
    assertThat(run.succeeded()).isFalse();
    run.failed(LANE, 3);
    run.failed(LANE, 4);
    assertThat(run.isPaused()).isFalse();
    run.failed(LANE, 5);
    assertThat(run.succeeded()).isTrue();
    assertThat(run.isPaused()).isFalse();
  }
}
