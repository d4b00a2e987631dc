package postbus.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import postbus.log.LetterDesk.Recorded;
import postbus.log.Resolution.Resolved;

/**
 * Drops mails from quarantine after which nobody has looked in time.
 *
 * <p>Guarantee: each is marked as dropped, with its event, in one transaction at the {@link
 * LetterDesk}: once, whoever else does the same, and never one that an operator has released.
 * Limit: an operator who is at the desk at that moment is shut out.
 */
public final class QuarantineEnd {
  /** For each answer of the log. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** Dropped in one transaction. */
  private static final int BATCH_MAILS = 100;

  private final LogAccess log;
  private final Duration keep;
  private final Operator keeper;
  private final Faults faults;

  /**
   * @param service who says so in events
   * @param keep how long a mail waits
   */
  public QuarantineEnd(LogAccess log, String service, Duration keep) {
    this(log, service, keep, Faults.NONE);
  }

  QuarantineEnd(LogAccess log, String service, Duration keep, Faults faults) {
    this.log = log;
    this.keep = keep;
    this.keeper = Operator.ofService(service);
    this.faults = faults;
  }

  /**
   * Drops those whose time is over. Only if there is one, the desk is opened.
   *
   * @return how many
   */
  public int drop(Instant now) throws IOException {
    Instant before = now.minus(keep);
    try (Letters letters = new Letters(log, WAIT, false)) {
      return isOneDue(letters, before) ? drop(letters, before) : 0;
    }
  }

  private static boolean isOneDue(Letters letters, Instant before) throws IOException {
    Map<LetterId, LetterMark> marks = letters.marks();
    boolean[] found = {false};
    var _ =
        letters.pass(
            LetterId.QUARANTINE,
            letter -> {
              found[0] |= isDue(letter, LetterMark.of(letter, marks), before);
              return !found[0] && letter.at().isBefore(before);
            });
    return found[0];
  }

  private static boolean isDue(Letter letter, LetterMark mark, Instant before) {
    return letter.at().isBefore(before) && !mark.isDone();
  }

  private int drop(Letters letters, Instant before) throws IOException {
    int[] dropped = {0};
    try (LetterDesk desk = LetterDesk.open(log, WAIT, faults)) {
      // From here on nobody else marks a letter without shutting this one out.
      Map<LetterId, LetterMark> marks = letters.marks();
      List<Resolved> batch = new ArrayList<>();
      var _ =
          letters.pass(
              LetterId.QUARANTINE,
              letter -> {
                LetterMark mark = LetterMark.of(letter, marks);
                if (isDue(letter, mark, before)
                    && keeper.drop(letter, mark, why()) instanceof Resolved resolved) {
                  batch.add(resolved);
                }
                if (batch.size() == BATCH_MAILS) {
                  dropped[0] += record(desk, batch);
                }
                return letter.at().isBefore(before);
              });
      return dropped[0] + record(desk, batch);
    }
  }

  private String why() {
    return "nobody looked after it for " + keep.toDays() + " days";
  }

  private static int record(LetterDesk desk, List<Resolved> batch) throws IOException {
    int count = batch.size();
    if (count > 0) {
      Recorded end = desk.record(batch);
      if (!end.stopped().isEmpty()) {
        throw new IOException(end.stopped());
      }
      batch.clear();
    }
    return count;
  }
}
