package postbus.log;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.mail.Envelope;

/**
 * What operators have done with a letter so far.
 *
 * @param steps oldest first, the last {@value #STEPS_MAX}; none says that nobody has touched it
 * @param edited its envelope as an operator wants it; empty if it is as the letter has it
 */
public record LetterMark(List<Step> steps, Optional<Envelope> edited) {
  /** Steps that a mark remembers. */
  public static final int STEPS_MAX = 20;

  /** Nobody has touched the letter. */
  public static final LetterMark NONE = new LetterMark(List.of(), Optional.empty());

  /** What was done. */
  public enum What {
    /** Sent back to where it had failed. */
    REPLAYED,
    /** Let go from quarantine. */
    RELEASED,
    /** Nothing more is to be done. */
    DROPPED,
    /** Sender or recipients were changed for a replay. */
    EDITED,
    /** Something that this release does not know. */
    UNKNOWN
  }

  /**
   * One thing done.
   *
   * @param by the operator, as the operating system names him
   * @param why in his words; or what was changed, or where the letter went
   */
  public record Step(What what, Instant at, String by, String why) {}

  public LetterMark {
    steps = List.copyOf(steps.subList(Math.max(0, steps.size() - STEPS_MAX), steps.size()));
  }

  /** How much earlier than its letter a mark may say it is, as clocks differ. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  /**
   * That of a letter among all; {@link #NONE} also if it is older than the letter: then the topic
   * was deleted and created anew, and it is about another letter in the same place.
   */
  public static LetterMark of(Letter letter, Map<LetterId, LetterMark> marks) {
    LetterMark mark = marks.getOrDefault(letter.id(), NONE);
    Instant first = letter.at().minus(CLOCKS_APART);
    return mark.last().filter(step -> step.at().isBefore(first)).isPresent() ? NONE : mark;
  }

  /** The last step; empty if there is none. */
  public Optional<Step> last() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast());
  }

  /** Whether it may not be replayed, edited or dropped as if nobody had seen to it. */
  public boolean isDone() {
    return last().filter(step -> step.what() != What.EDITED).isPresent();
  }

  /** The same with one more step. */
  LetterMark after(Step step) {
    return new LetterMark(Stream.concat(steps.stream(), Stream.of(step)).toList(), edited);
  }

  /** The same with this envelope. */
  LetterMark editedAs(Envelope envelope) {
    return new LetterMark(steps, Optional.of(envelope));
  }
}
