package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoreReachTest {
  private final AtomicLong clock = new AtomicLong();
  private final StoreReach reach = new StoreReach("s3://bucket", clock::get);

  @Test
  void aStoreThatFailsIsLeftAloneButForOneTryNowAndThen() {
    for (int i = 0; i < StoreReach.FAILURES_MAX; i++) {
      assertThatCode(reach::mayAsk).doesNotThrowAnyException();
      assertThat(reach.failed(new IOException("503"))).hasMessage("s3://bucket: 503");
    }
    assertThatThrownBy(reach::mayAsk).isInstanceOf(ContentsAway.class);

    clock.addAndGet(StoreReach.PROBE_EVERY.toNanos());
    assertThatCode(reach::mayAsk).as("one tries").doesNotThrowAnyException();
    assertThatThrownBy(reach::mayAsk).isInstanceOf(ContentsAway.class);

    reach.answered();
    assertThatCode(reach::mayAsk).doesNotThrowAnyException();
    assertThatCode(reach::mayAsk).doesNotThrowAnyException();
  }

  @Test
  void requestsThatHungUntilItCameBackDoNotSendItAwayAgain() throws Exception {
    int hung = reach.mayAsk();
    for (int i = 0; i < StoreReach.FAILURES_MAX; i++) {
      var _ = reach.failed(new IOException("503"));
    }
    reach.answered();

    for (int i = 0; i < StoreReach.FAILURES_MAX; i++) {
      assertThat(reach.failed(new IOException("time is up"), hung)).hasMessageContaining("time");
    }
    assertThatCode(reach::mayAsk).doesNotThrowAnyException();

    for (int i = 0; i < StoreReach.FAILURES_MAX; i++) {
      var _ = reach.failed(new IOException("503"), reach.mayAsk());
    }
    assertThatThrownBy(reach::mayAsk).isInstanceOf(ContentsAway.class);
  }

  @Test
  void oneAlarmIsRaisedForEachTimeThatItIsAway() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Metrics.addRegistry(registry);
    try {
      double before = alarms();
      for (int i = 0; i < 10; i++) {
        var _ = reach.failed(new IOException("503"));
      }
      assertThat(alarms()).isEqualTo(before + 1);
      reach.answered();
      var _ = reach.failed(new IOException("503"));
      assertThat(alarms()).isEqualTo(before + 2);
    } finally {
      Metrics.removeRegistry(registry);
    }
  }

  private static double alarms() {
    return Metrics.globalRegistry.counter("postbus.alarms", "kind", "contents-away").count();
  }
}
