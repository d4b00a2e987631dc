package postbus.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one dead letter for ever: its place in the log, printed as {@code stage:partition:offset},
 * such as {@code normal:0:17}.
 *
 * @param stage the stage that gave the record up, or the pool
 */
public record LetterId(String stage, int partition, long offset) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9._-]{0,99}):(\\d{1,6}):(\\d{1,18})");

  /** Empty unless the text is an id as {@link #toString} prints it. */
  public static Optional<LetterId> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
            new LetterId(
                form.group(1), Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))))
        : Optional.empty();
  }

  /** The topic in which it lies. */
  public String topic() {
    return Topics.deadLetter(stage);
  }

  @Override
  public String toString() {
    return stage + ":" + partition + ":" + offset;
  }
}
