package postbus.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * So many a second, written {@code 50/s}.
 *
 * @param perSecond from 1 to {@value #MAX}
 */
record Rate(int perSecond) {
  /** More than a stage takes in. */
  static final int MAX = 10_000;

  /** How long so many take. */
  Duration timeOf(long count) {
    return Duration.ofNanos(count * 1_000_000_000L / perSecond);
  }

  /** Reads one. */
  static final class Reader implements ITypeConverter<Rate> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})/s");

    @Override
    public Rate convert(String text) {
      Matcher form = FORM.matcher(text);
      int count = form.matches() ? Integer.parseInt(form.group(1)) : 0;
      if (count < 1 || count > MAX) {
        throw new TypeConversionException("expected a rate from 1/s to " + MAX + "/s: " + text);
      }
      return new Rate(count);
    }
  }
}
