package postbus.log;

/**
 * A setting of Kafka's, with the reason for its value.
 *
 * @param name as Kafka names it
 * @param reason why, in one line
 * @param promise whether another value breaks a promise (no mail lost, none doubled, none stuck)
 * @param atLeast whether a larger number is as good
 */
public record Setting(String name, String value, String reason, boolean promise, boolean atLeast) {

  /** Another value breaks a promise. */
  static Setting promise(String name, Object value, String reason) {
    return new Setting(name, value.toString(), reason, true, false);
  }

  /** A smaller number breaks a promise. */
  static Setting promiseAtLeast(String name, long value, String reason) {
    return new Setting(name, Long.toString(value), reason, true, true);
  }

  /** Another value costs time, memory or disk only. */
  static Setting choice(String name, Object value, String reason) {
    return new Setting(name, value.toString(), reason, false, false);
  }

  /** Whether the value found serves as well as the one wanted. */
  boolean isMetBy(String actual) {
    if (actual.equals(value)) {
      return true;
    }
    try {
      return atLeast && Long.parseLong(actual) >= Long.parseLong(value);
    } catch (NumberFormatException notANumber) {
      return false;
    }
  }
}
