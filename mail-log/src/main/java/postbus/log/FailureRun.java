package postbus.log;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the failure of a record from the failure of the stage: when several distinct records have
 * failed with no success between, it is not the records' fault. May be used from any thread.
 */
final class FailureRun {
  private final int max;
  private final Set<Place> failed = new HashSet<>();

  private record Place(TopicPartition partition, long offset) {}

  /**
   * @param max how many distinct records make a run
   */
  FailureRun(int max) {
    this.max = max;
  }

  /** True if this failure began the run. */
  synchronized boolean failed(TopicPartition partition, long offset) {
    return !isPaused() && failed.add(new Place(partition, offset)) && isPaused();
  }

  /** True if this success ended a run. */
  synchronized boolean succeeded() {
    boolean ended = isPaused();
    failed.clear();
    return ended;
  }

  synchronized boolean isPaused() {
    return failed.size() >= max;
  }
}
