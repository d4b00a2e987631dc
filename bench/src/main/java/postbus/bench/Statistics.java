package postbus.bench;

import java.util.List;

/** The median of few values, percentiles of many. */
final class Statistics {
  private Statistics() {}

  /** The middle one; of an even number, the mean of the two in the middle. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /**
   * The smallest value that at least this share of all values does not exceed (nearest rank).
   *
   * @param sorted growing, not empty
   * @param share from 0, excluded, to 1
   */
  static long percentile(long[] sorted, double share) {
    // 99.9 % of 1,000 are 999, not the 1,000 that a product of doubles may round up to.
    int rank = (int) Math.ceil(sorted.length * share - 1e-9);
    return sorted[Math.clamp(rank, 1, sorted.length) - 1];
  }
}
