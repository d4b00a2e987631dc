package postbus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.junit.jupiter.api.Test;
import postbus.log.LogUnreachable;

/** A process that starts before its log. */
class LogWaitTest {
  private static final LogUnreachable SILENCE =
      new LogUnreachable("no answer from the log", new TimeoutException());
  private static final Duration SOON = Duration.ofMillis(1);

  private final AtomicInteger asked = new AtomicInteger();
  private final LogWait wait = new LogWait(Duration.ofMinutes(1), SOON);

  @Test
  void waitsForAnAnswer() {
    wait.until(() -> {
      if (asked.incrementAndGet() == 1) {
        throw SILENCE;
      }
    });
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAnswerThatIsNoIsTheLastWord() {
    refuses(
        wait,
        new LogUnreachable("the log refuses", new ClusterAuthorizationException("no")),
        "the log refuses");
    assertThat(asked).hasValue(1);
  }

  @Test
  void doesNotWaitForEver() {
    refuses(new LogWait(Duration.ZERO, SOON), SILENCE, "no answer from the log");
  }

  @Test
  void whoIsToldToEndWaitsNoLonger() {
    Thread.currentThread().interrupt();
    refuses(wait, SILENCE, "told to end before the log has answered");
  }

  private void refuses(LogWait some, LogUnreachable answer, String words) {
    assertThatThrownBy(() ->
            some.until(() -> {
              asked.incrementAndGet();
              throw answer;
            }))
        .isInstanceOf(StartRefused.class)
        .hasMessage(words);
  }
}
