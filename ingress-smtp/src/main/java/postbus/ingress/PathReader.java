package postbus.ingress;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.EmailAddress;

/**
 * Reads a path of MAIL or RCPT (RFC 5321, section 4.1.2; RFC 6531) from left to right.
 *
 * <p>Dots in a local part may stand anywhere, as some providers give out such addresses; which
 * characters a domain of ours forbids is policy's business. Host names may hold underscores.
 */
final class PathReader {
  /** Octets of a path in characters (RFC 5321, section 4.5.3.1.3). */
  private static final int PATH_MAX = 256;

  private static final int LABEL_MAX = 63;
  private static final String ATEXT = "!#$%&'*+-/=?^_`{|}~.";

  private final String text;
  private int at;

  PathReader(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /**
   * The reader behind the {@code <} that follows the keyword; null if it does not. A space after
   * the colon is wrong (RFC 5321, section 3.3), common and harmless.
   */
  static @Nullable PathReader open(String argument, String keyword) {
    if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
      return null;
    }
    PathReader reader = new PathReader(argument, keyword.length());
    reader.skip(' ');
    return reader.skip('<') ? reader : null;
  }

  /** Steps over the character if it stands here. */
  boolean skip(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  /** The character here; 0 at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** What has not been read. */
  String rest() {
    return text.substring(at);
  }

  /**
   * A mailbox; empty if none stands here.
   *
   * @param bare the domain of a local part that stands alone; empty if none may
   */
  Optional<EmailAddress> mailbox(Optional<String> bare) {
    int start = at;
    String local = localPart();
    if (local.isEmpty() || at - start > PATH_MAX) {
      return Optional.empty();
    }
    if (!skip('@')) {
      return bare.map(domain -> new EmailAddress(local, domain));
    }
    String domain = peek() == '[' ? literal() : domain();
    return domain.isEmpty() || at - start > PATH_MAX
        ? Optional.empty()
        : Optional.of(new EmailAddress(local, domain));
  }

  /** A local part, as it is written; empty if none stands here. */
  String localPart() {
    int start = at;
    if (peek() == '"') {
      return quoted() ? text.substring(start, at) : "";
    }
    while (isAtext(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  private boolean quoted() {
    int open = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return skip('"') && at > open + 2;
  }

  private String domain() {
    int start = at;
    while (isDomainCharacter(peek())) {
      at++;
    }
    String domain = text.substring(start, at);
    return isDomain(domain) ? domain : "";
  }

  private String literal() {
    int close = text.indexOf(']', at);
    if (close < 0) {
      return "";
    }
    String literal = text.substring(at, close + 1);
    at = close + 1;
    return isLiteral(literal) ? literal : "";
  }

  /** Labels of letters, digits, hyphens and underscores, or of UTF-8 characters. */
  static boolean isDomain(String name) {
    if (name.isEmpty() || name.length() > 255) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      if (label.isEmpty()
          || label.length() > LABEL_MAX
          || label.startsWith("-")
          || label.endsWith("-")
          || !label.chars().allMatch(c -> isDomainCharacter((char) c))) {
        return false;
      }
    }
    return true;
  }

  /** {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]}. */
  static boolean isLiteral(String text) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return false;
    }
    String inner = text.substring(1, text.length() - 1);
    boolean six = inner.regionMatches(true, 0, "IPv6:", 0, 5);
    try {
      if (six) {
        return inner.substring(5).matches("[0-9A-Fa-f:.]+")
            && Inet6Address.ofLiteral(inner.substring(5)) != null;
      }
      return inner.matches("\\d{1,3}(\\.\\d{1,3}){3}") && Inet4Address.ofLiteral(inner) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isAtext(char c) {
    return isLetterOrDigit(c) || c > 0x7f || (c != 0 && ATEXT.indexOf(c) >= 0);
  }

  private static boolean isDomainCharacter(char c) {
    return isLetterOrDigit(c) || c > 0x7f || c == '-' || c == '.' || c == '_';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
