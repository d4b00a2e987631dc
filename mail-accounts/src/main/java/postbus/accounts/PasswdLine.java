package postbus.accounts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A line of a passwd-file with some of its fields changed; all others stay as they were written.
 * Pure.
 */
final class PasswdLine {
  private static final int PASSWORD = 1;
  private static final int EXTRA = PasswdFile.PLAIN_FIELDS + 1;
  private static final String QUOTA = PasswdFile.QUOTA_RULE + "=";

  private PasswdLine() {}

  static String withPassword(String line, String hash) {
    return with(line, PASSWORD, hash);
  }

  /**
   * @param octets empty: without a rule
   */
  static String withQuota(String line, OptionalLong octets) {
    return withExtra(
        line,
        field -> field.startsWith(QUOTA),
        octets.isEmpty() ? "" : QUOTA + QuotaRule.of(octets.getAsLong()));
  }

  static String withLogIn(String line, boolean may) {
    return withExtra(
        line,
        field -> field.equals(PasswdFile.NO_LOGIN) || field.startsWith(PasswdFile.NO_LOGIN + "="),
        may ? "" : PasswdFile.NO_LOGIN);
  }

  private static String withExtra(String line, Predicate<String> same, String instead) {
    List<String> extra = new ArrayList<>();
    for (String field : field(line, EXTRA).split(" ")) {
      if (!field.isEmpty() && !same.test(field)) {
        extra.add(field);
      }
    }
    if (!instead.isEmpty()) {
      extra.add(instead);
    }
    return with(line, EXTRA, String.join(" ", extra));
  }

  private static String field(String line, int number) {
    String[] fields = line.stripTrailing().split(":", EXTRA + 1);
    return number < fields.length ? fields[number] : "";
  }

  private static String with(String line, int number, String value) {
    String text = line.stripTrailing();
    List<String> fields = new ArrayList<>(Arrays.asList(text.split(":", EXTRA + 1)));
    while (fields.size() <= number) {
      fields.add("");
    }
    fields.set(number, value);
    return String.join(":", fields) + line.substring(text.length());
  }
}
