package postbus.router;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lexical side of a redirection list: where an item ends, and which address it holds. */
final class AliasItems {
  /** A quoted string, or dot-separated atoms with any character beyond ASCII (RFC 6531). */
  private static final String LOCAL_PART =
      "(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s()<>\\[\\]:;@\\\\,\"\\p{Cntrl}]++)";

  private static final String DOMAIN =
      "(?:\\[[0-9A-Fa-f:.IPv]++\\]|[^\\s()<>\\[\\]:;@\\\\,\"\\p{Cntrl}/|]++)";

  private static final Pattern ADDRESS = Pattern.compile(LOCAL_PART + "(?:@" + DOMAIN + ")?+");

  /** Any words, quoted or not, then the address in angle brackets (RFC 5322, name-addr). */
  private static final Pattern NAMED =
      Pattern.compile("(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^<>\"])*+<([^<>]*+)>\\s*");

  private static final Pattern COMMENT = Pattern.compile("\\((?:[^()\\\\]|\\\\.)*+\\)");

  private AliasItems() {}

  /** Passes over white space, commas, and comments from {@code #} to the end of the line. */
  static int skipSeparators(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
      } else if (c == ',' || Character.isWhitespace(c)) {
        at++;
      } else {
        return at;
      }
    }
    return at;
  }

  /** Where the item ends: at a comma outside of quotes, comments and brackets, or a line end. */
  static int end(String text, int from) {
    int depth = 0;
    boolean quoted = false;
    int at = from;
    for (; at < text.length() && text.charAt(at) != '\n'; at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '(' || c == '<')) {
        depth++;
      } else if (!quoted && (c == ')' || c == '>')) {
        depth--;
      } else if (!quoted && c == ',' && depth <= 0) {
        return at;
      }
    }
    return Math.min(at, text.length());
  }

  /** The item without the quotes around all of it. */
  static String unquoted(String item) {
    return item.length() >= 2 && item.startsWith("\"") && item.endsWith("\"")
        ? item.substring(1, item.length() - 1).strip().replaceAll("\\\\(.)", "$1")
        : item;
  }

  /** The address that an item holds, with or without domain; "" for {@code <>} or a comment. */
  static Optional<String> address(String item) {
    String plain = COMMENT.matcher(item).replaceAll("").strip();
    Matcher named = NAMED.matcher(plain);
    String address = named.matches() ? named.group(1).strip() : plain;
    return address.isEmpty() || ADDRESS.matcher(address).matches()
        ? Optional.of(address)
        : Optional.empty();
  }
}
