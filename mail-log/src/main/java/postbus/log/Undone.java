package postbus.log;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What is not done of a partition.
 *
 * @param unfinished the offsets below {@code next} that are not done
 * @param next from here on nothing is
 * @param end of what is looked at
 */
record Undone(Set<Long> unfinished, long next, long end) {

  /**
   * As a commit tells it; all, if there is none, or it is of a topic that was longer.
   *
   * @param start where the partition begins now
   */
  static Undone of(@Nullable OffsetAndMetadata commit, long start, long end) {
    if (commit == null || commit.offset() > end) {
      return new Undone(Set.of(), start, end);
    }
    Set<Long> unfinished = new HashSet<>();
    Arrays.stream(OffsetNote.parse(commit.metadata(), commit.offset()).unfinished())
        .filter(offset -> offset >= start)
        .forEach(unfinished::add);
    return new Undone(unfinished, Math.max(commit.offset(), start), end);
  }

  /** How many offsets; those of transactions' markers count too. */
  long size() {
    return unfinished.size() + Math.max(0, end - next);
  }

  boolean has(long offset) {
    return offset < end && (offset >= next || unfinished.contains(offset));
  }

  /** Where to begin to read. */
  long first() {
    return unfinished.stream().min(Long::compare).orElse(next);
  }
}
