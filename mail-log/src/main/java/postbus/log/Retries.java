package postbus.log;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Which of a stage's retry topics a mail waits in, and how all of them are found. */
final class Retries {
  private Retries() {}

  /** All retry topics of a stage, also those that its settings no longer name. */
  static Inputs every(String stage) {
    return Inputs.matching("retry\\." + Pattern.quote(stage) + "\\.\\d+[smh]");
  }

  /**
   * The shortest delay that is as long as the wait, or the longest one there is. So no mail waits
   * longer than its topic's delay, and none holds up those behind it for more than the difference.
   */
  static Duration covering(List<Duration> delays, Duration wait) {
    return delays.stream()
        .filter(delay -> delay.compareTo(wait) >= 0)
        .min(Comparator.naturalOrder())
        .or(() -> delays.stream().max(Comparator.naturalOrder()))
        .orElseThrow(() -> new IllegalStateException("the stage has no retry delays"));
  }
}
