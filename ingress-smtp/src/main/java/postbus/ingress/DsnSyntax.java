package postbus.ingress;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;

/**
 * The syntax of what senders ask for by DSN (RFC 3461, section 4). Values go into reports and to
 * other servers as they came, so nothing passes that means a control character, however it is
 * written; what is wrong is an empty answer.
 */
final class DsnSyntax {
  /** Characters of ENVID (RFC 3461, section 4.4). */
  private static final int ENVID_MAX = 100;

  /** Characters of ORCPT (RFC 3461, section 4.2). */
  private static final int ORCPT_MAX = 500;

  private static final int TYPE_MAX = 40;

  private DsnSyntax() {}

  static Optional<Return> ret(String value) {
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "FULL" -> Optional.of(Return.FULL);
      case "HDRS" -> Optional.of(Return.HDRS);
      default -> Optional.empty();
    };
  }

  static Optional<String> envid(String value) {
    return value.length() <= ENVID_MAX && isXtext(value) ? Optional.of(value) : Optional.empty();
  }

  /** NEVER alone, or a list without repetition. */
  static Optional<Set<Notify>> notices(String value) {
    Set<Notify> notices = EnumSet.noneOf(Notify.class);
    for (String word : value.toUpperCase(Locale.ROOT).split(",", -1)) {
      Optional<Notify> notice = notice(word);
      if (notice.isEmpty() || !notices.add(notice.get())) {
        return Optional.empty();
      }
    }
    return notices.contains(Notify.NEVER) && notices.size() > 1
        ? Optional.empty()
        : Optional.of(notices);
  }

  private static Optional<Notify> notice(String word) {
    return switch (word) {
      case "NEVER" -> Optional.of(Notify.NEVER);
      case "SUCCESS" -> Optional.of(Notify.SUCCESS);
      case "FAILURE" -> Optional.of(Notify.FAILURE);
      case "DELAY" -> Optional.of(Notify.DELAY);
      default -> Optional.empty();
    };
  }

  /**
   * {@code addr-type;xtext}. Characters beyond ASCII, which the type utf-8 may have, are returned
   * in the form that needs no SMTPUTF8 (RFC 6533, section 3).
   */
  static Optional<String> orcpt(String value) {
    int semicolon = value.indexOf(';');
    String type = semicolon < 0 ? "" : value.substring(0, semicolon);
    if (!isType(type)) {
      return Optional.empty();
    }
    String ascii = type.equalsIgnoreCase("utf-8") ? escaped(value) : value;
    return ascii.length() <= ORCPT_MAX && isXtext(ascii.substring(semicolon + 1))
        ? Optional.of(ascii)
        : Optional.empty();
  }

  private static boolean isType(String type) {
    return !type.isEmpty()
        && type.length() <= TYPE_MAX
        && type.chars().allMatch(c -> c == '-' || isLetterOrDigit(c));
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String escaped(String value) {
    if (CommandParser.isAscii(value)) {
      return value;
    }
    StringBuilder ascii = new StringBuilder();
    value
        .codePoints()
        .forEach(c -> {
          if (c < 0x80) {
            ascii.append((char) c);
          } else {
            ascii
                .append("\\x{")
                .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                .append('}');
          }
        });
    return ascii.toString();
  }

  /** At least one character, each of them printable ASCII, also where it stands in hexadecimal. */
  static boolean isXtext(String text) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c <= ' ' || c > '~' || c == '=' || (c == '+' && !isPrintable(text, at + 1))) {
        return false;
      }
      at += c == '+' ? 3 : 1;
    }
    return at > 0;
  }

  private static boolean isPrintable(String text, int at) {
    if (at + 2 > text.length()) {
      return false;
    }
    int high = hex(text.charAt(at));
    int low = hex(text.charAt(at + 1));
    int code = high * 16 + low;
    return high >= 0 && low >= 0 && code >= ' ' && code <= '~';
  }

  /** Hexadecimal digits of xtext are in upper case. */
  private static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }
}
