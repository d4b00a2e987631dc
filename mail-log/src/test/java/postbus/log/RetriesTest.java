package postbus.log;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RetriesTest {

  @Test
  void theShortestDelayThatCoversTheWaitIsChosen() {
    List<Duration> delays = List.of(ofMinutes(5), ofMinutes(30), ofHours(2));

    assertThat(Retries.covering(delays, ofSeconds(-3))).isEqualTo(ofMinutes(5));
    assertThat(Retries.covering(delays, ofMinutes(5).plusMillis(1))).isEqualTo(ofMinutes(30));
    assertThat(Retries.covering(delays, ofMinutes(31))).isEqualTo(ofHours(2));
    assertThat(Retries.covering(delays, ofMinutes(20))).isEqualTo(ofMinutes(30));
    assertThat(Retries.covering(delays, ofHours(9))).isEqualTo(ofHours(2));
  }

  @Test
  void everyRetryTopicOfTheStageIsFoundAndNoOther() {
    Pattern every = ((Inputs.Matching) Retries.every("normal")).pattern();

    assertThat("retry.normal.5m").matches(every);
    assertThat(Topics.retry("normal", ofSeconds(77))).matches(every);
    assertThat("retry.normal2.5m").doesNotMatch(every);
    assertThat("retry.normal.x.5m").doesNotMatch(every);
    assertThat("dead-letter.normal").doesNotMatch(every);
  }
}
