package postbus.accounts;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dovecot's quota rule for a whole mailbox, such as {@code *:storage=500M} or {@code
 * *:bytes=1048576:messages=1000}; only octets count here. A number of {@code storage} without a
 * unit is in KiB; of a unit the first letter counts, as with Dovecot.
 */
public final class QuotaRule {
  private static final Pattern LIMIT =
      Pattern.compile("(storage|bytes|messages)=([0-9]{1,18})(?:([bBkKmMgGtT]).*)?");

  private QuotaRule() {}

  /**
   * A size as people write it for Dovecot, such as {@code 500M}, {@code 1G}, {@code 10240} (KiB);
   * {@code 0} and {@code unlimited} are no limit. Empty if it is none.
   */
  public static OptionalLong size(String text) {
    return text.equals("unlimited") ? OptionalLong.of(0) : octets("*:storage=" + text);
  }

  /** The rule for so many octets; 0: no limit. */
  static String of(long octets) {
    return octets % 1024 == 0 ? "*:storage=" + print(octets) : "*:bytes=" + octets;
  }

  /** So many octets with the largest unit that leaves them whole. */
  public static String print(long octets) {
    if (octets == 0) {
      return "0";
    }
    int unit = Math.min(4, Long.numberOfTrailingZeros(octets) / 10);
    return (octets >> 10 * unit) + "BKMGT".substring(unit, unit + 1);
  }

  /** Octets, 0 for no limit; empty if it is no such rule. */
  static OptionalLong octets(String rule) {
    String[] parts = rule.split(":", -1);
    if (parts.length < 2 || !(parts[0].equals("*") || parts[0].equals("?"))) {
      return OptionalLong.empty();
    }
    if (parts.length == 2 && parts[1].equals("ignore")) {
      return OptionalLong.of(0);
    }
    long octets = 0;
    for (int i = 1; i < parts.length; i++) {
      Matcher limit = LIMIT.matcher(parts[i]);
      if (!limit.matches()) {
        return OptionalLong.empty();
      }
      if (!limit.group(1).equals("messages")) {
        octets = octets(Long.parseLong(limit.group(2)), unit(limit));
      }
    }
    return octets < 0 ? OptionalLong.empty() : OptionalLong.of(octets);
  }

  private static char unit(Matcher limit) {
    if (limit.group(3) != null) {
      return Character.toUpperCase(limit.group(3).charAt(0));
    }
    return limit.group(1).equals("bytes") ? 'B' : 'K';
  }

  /** Negative if there are more of them than 63 bits count. */
  private static long octets(long number, char unit) {
    int shift = 10 * "BKMGT".indexOf(unit);
    return number > Long.MAX_VALUE >> shift ? -1 : number << shift;
  }
}
