package postbus.log;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final List<Duration> DELAYS = List.of(ofMinutes(5), ofMinutes(30), ofHours(2));

  @Test
  void aMailWaitsInTheTopicWhoseDelayItsWaitIs() {
    assertThat(Retries.step(DELAYS, ofMinutes(5).plusMillis(1))).isEqualTo(ofMinutes(5));
    assertThat(Retries.step(DELAYS, ofMinutes(27))).isEqualTo(ofMinutes(30));
    assertThat(Retries.step(DELAYS, ofMinutes(33))).isEqualTo(ofMinutes(30));
    assertThat(Retries.step(DELAYS, ofSeconds(-3))).isEqualTo(ofMinutes(5));
  }

  @Test
  void aWaitThatIsNoDelayIsMadeOfSeveral() {
    assertThat(Retries.step(DELAYS, ofMinutes(20))).isEqualTo(ofMinutes(5));
    assertThat(Retries.step(DELAYS, ofMinutes(100))).isEqualTo(ofMinutes(30));
    assertThat(Retries.step(DELAYS, ofHours(83))).isEqualTo(ofHours(2));
  }

  @Test
  void aMailLeavesWhenItIsDueOrItsTopicsDelayIsOver() {
    var record = new ConsumerRecord<>("retry.x.2h", 0, 7, new byte[0], new byte[0]);
    long written = record.timestamp();

    assertThat(Retries.leaves(record, written + 1000)).isEqualTo(written + 1000);
    assertThat(Retries.leaves(record, Long.MAX_VALUE))
        .isEqualTo(written + ofMinutes(135).toMillis());
  }

  @Test
  void everyRetryTopicOfTheStageIsFoundAndNoOther() {
    Pattern every = Retries.every("normal").pattern();

    assertThat("retry.normal.5m").matches(every);
    assertThat(Topics.retry("normal", ofSeconds(77))).matches(every);
    assertThat("retry.normal2.5m").doesNotMatch(every);
    assertThat("retry.normal.x.5m").doesNotMatch(every);
    assertThat("dead-letter.normal").doesNotMatch(every);
  }
}
