package postbus.log;

import java.util.Arrays;

/**
 * What a new owner of a partition reads: first the records that its predecessor left unfinished,
 * then everything from the committed offset on.
 */
final class Resume {
  /** Over fewer offsets than this it is cheaper to read on than to seek. */
  static final long GAP = 1000;

  private final long[] unfinished;
  private final long next;

  /**
   * @param unfinished ascending, all below {@code next}
   */
  Resume(long[] unfinished, long next) {
    this.unfinished = unfinished;
    this.next = next;
  }

  /** The committed offset. */
  long next() {
    return next;
  }

  long[] unfinished() {
    return unfinished;
  }

  /** Where reading begins. */
  long start() {
    return unfinished.length == 0 ? next : unfinished[0];
  }

  /** Whether the record at this offset is to be taken. */
  boolean wants(long offset) {
    return offset >= next || Arrays.binarySearch(unfinished, offset) >= 0;
  }

  /**
   * Where to read after everything below {@code position} has been read: the position itself, or
   * what is wanted next if that is far enough to seek to.
   */
  long after(long position) {
    if (position >= next) {
      return position;
    }
    int found = Arrays.binarySearch(unfinished, position);
    int index = found >= 0 ? found : -found - 1;
    long wanted = index < unfinished.length ? unfinished[index] : next;
    return wanted - position > GAP ? wanted : position;
  }

  /** The same without what lies below the log's first offset, as it was trimmed away. */
  Resume from(long first) {
    return new Resume(Arrays.stream(unfinished).filter(o -> o >= first).toArray(), next);
  }
}
