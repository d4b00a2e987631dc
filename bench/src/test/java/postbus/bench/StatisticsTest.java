package postbus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianIsTheMiddleOneWhateverTheOrder() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
    assertThat(Statistics.median(List.of(3.0))).isEqualTo(3);
  }

  @Test
  void ofAnEvenNumberItLiesBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
  }

  @Test
  void aPercentileIsAValueThatOccurred() {
    long[] thousand = LongStream.rangeClosed(1, 1_000).toArray();
    assertThat(Statistics.percentile(thousand, 0.5)).isEqualTo(500);
    assertThat(Statistics.percentile(thousand, 0.99)).isEqualTo(990);
    assertThat(Statistics.percentile(thousand, 0.999)).isEqualTo(999);
    assertThat(Statistics.percentile(thousand, 1)).isEqualTo(1_000);
  }

  @Test
  void ofFewValuesAHighPercentileIsTheLargest() {
    assertThat(Statistics.percentile(new long[] {7, 8}, 0.999)).isEqualTo(8);
    assertThat(Statistics.percentile(new long[] {7}, 0.001)).isEqualTo(7);
  }
}
