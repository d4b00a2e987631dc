package postbus.mail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The enhanced mail system status code of RFC 3463, such as 5.1.1. */
public record EnhancedStatus(int statusClass, int subject, int detail) {
  private static final Pattern FORM = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");

  public EnhancedStatus {
    if (statusClass != 2 && statusClass != 4 && statusClass != 5) {
      throw new IllegalArgumentException("a status is of class 2, 4 or 5, not " + statusClass);
    }
  }

  /** Empty unless the text has the form of RFC 3463, section 2. */
  public static Optional<EnhancedStatus> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new EnhancedStatus(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return statusClass + "." + subject + "." + detail;
  }
}
