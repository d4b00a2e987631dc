package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever waits is answered in time, one way or the other. */
class TimeLimitTest {
  @Test
  void anAnswerThatTakesTooLongIsTheLateOne() throws Exception {
    TimeLimit<String> limit = new TimeLimit<>("late", Duration.ofMillis(1));
    assertThat(limit.on(new CompletableFuture<>()).get(60, TimeUnit.SECONDS)).isEqualTo("late");
    assertThat(limit.on(new CompletableFuture<>()).get(60, TimeUnit.SECONDS)).isEqualTo("late");
  }

  @Test
  void oneThatCameBeforeStays() throws Exception {
    TimeLimit<String> limit = new TimeLimit<>("late", Duration.ofMillis(1));
    CompletableFuture<String> early = limit.on(CompletableFuture.completedFuture("early"));
    assertThat(limit.on(new CompletableFuture<>()).get(60, TimeUnit.SECONDS)).isEqualTo("late");
    assertThat(early).isCompletedWithValue("early");
  }

  @Test
  void oneThatHasTimeIsNotTouched() throws Exception {
    TimeLimit<String> patient = new TimeLimit<>("late", Duration.ofHours(1));
    CompletableFuture<String> awaited = patient.on(new CompletableFuture<>());
    TimeLimit<String> limit = new TimeLimit<>("late", Duration.ofMillis(150));
    limit.on(new CompletableFuture<>()).get(60, TimeUnit.SECONDS);
    assertThat(awaited).isNotDone();
  }
}
