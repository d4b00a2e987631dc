package postbus.mail;

import java.util.Optional;

/** The enhanced mail system status code of RFC 3463, such as 5.1.1. */
public record EnhancedStatus(int statusClass, int subject, int detail) {
  private static final int DIGITS_MAX = 3;

  public EnhancedStatus {
    if (statusClass != 2 && statusClass != 4 && statusClass != 5) {
      throw new IllegalArgumentException("a status is of class 2, 4 or 5, not " + statusClass);
    }
  }

  /** Empty unless the text has the form of RFC 3463, section 2. */
  public static Optional<EnhancedStatus> parse(String text) {
    int dot = text.indexOf('.', 2);
    if (dot < 0 || text.charAt(1) != '.' || "245".indexOf(text.charAt(0)) < 0) {
      return Optional.empty();
    }
    int subject = number(text, 2, dot);
    int detail = number(text, dot + 1, text.length());
    return subject < 0 || detail < 0
        ? Optional.empty()
        : Optional.of(new EnhancedStatus(text.charAt(0) - '0', subject, detail));
  }

  /** The number of one to three digits that stands there; -1 if none does. */
  private static int number(String text, int from, int to) {
    if (from == to || to - from > DIGITS_MAX) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  @Override
  public String toString() {
    return statusClass + "." + subject + "." + detail;
  }
}
