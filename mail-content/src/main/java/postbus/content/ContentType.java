package postbus.content;

import java.util.Locale;
import java.util.Optional;

/**
 * What a Content-Type field says (RFC 2045, section 5.1), as far as it matters here.
 *
 * @param type in lower case
 * @param subtype in lower case
 * @param boundary between the parts of a multipart, without the leading hyphens
 */
record ContentType(String type, String subtype, Optional<String> boundary) {
  /** RFC 2045, section 5.2. */
  static final ContentType PLAIN_TEXT = new ContentType("text", "plain", Optional.empty());

  /** RFC 2046, section 5.1.5. */
  static final ContentType MAIL = new ContentType("message", "rfc822", Optional.empty());

  private static final int BOUNDARY_MAX = 70;

  boolean is(String type, String subtype) {
    return this.type.equals(type) && this.subtype.equals(subtype);
  }

  boolean isText() {
    return type.equals("text");
  }

  boolean isMultipart() {
    return type.equals("multipart");
  }

  /** Reads an unfolded field; empty if it cannot be understood. */
  static Optional<ContentType> parse(String body) {
    return new Parser(body).parse();
  }

  /** Takes tokens and quoted strings one by one; comments are white space. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Optional<ContentType> parse() {
      String type = token().toLowerCase(Locale.ROOT);
      boolean slash = take('/');
      String subtype = token().toLowerCase(Locale.ROOT);
      if (type.isEmpty() || !slash || subtype.isEmpty()) {
        return Optional.empty();
      }
      Optional<String> boundary = Optional.empty();
      while (take(';')) {
        String name = token();
        if (!take('=')) {
          continue;
        }
        skipSpace();
        String value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
        if (name.equalsIgnoreCase("boundary") && boundary.isEmpty()) {
          boundary = Optional.of(value).filter(b -> !b.isBlank() && b.length() <= BOUNDARY_MAX);
        }
      }
      skipSpace();
      return at < text.length()
          ? Optional.empty()
          : Optional.of(new ContentType(type, subtype, boundary.map(String::stripTrailing)));
    }

    private boolean take(char wanted) {
      skipSpace();
      boolean there = at < text.length() && text.charAt(at) == wanted;
      at += there ? 1 : 0;
      return there;
    }

    private String token() {
      skipSpace();
      int begin = at;
      while (at < text.length() && " \t()\"/;=<>@,\\".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(begin, at);
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        at += text.charAt(at) == '\\' && at + 1 < text.length() ? 1 : 0;
        value.append(text.charAt(at++));
      }
      at++;
      return value.toString();
    }

    private void skipSpace() {
      int depth = 0;
      while (at < text.length()) {
        char character = text.charAt(at);
        if (character == '(') {
          depth++;
        } else if (character == ')' && depth > 0) {
          depth--;
        } else if (character == '\\' && depth > 0) {
          at++;
        } else if (depth == 0 && !Folding.isSpace(character)) {
          return;
        }
        at++;
      }
      at = Math.min(at, text.length());
    }
  }
}
