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
    Tokens tokens = new Tokens(body);
    String type = tokens.token().toLowerCase(Locale.ROOT);
    boolean slash = tokens.take('/');
    String subtype = tokens.token().toLowerCase(Locale.ROOT);
    if (type.isEmpty() || !slash || subtype.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> boundary = Optional.empty();
    while (tokens.take(';')) {
      String name = tokens.token();
      if (!tokens.take('=')) {
        continue;
      }
      String value = tokens.value();
      if (name.equalsIgnoreCase("boundary") && boundary.isEmpty()) {
        boundary = Optional.of(value).filter(b -> !b.isBlank() && b.length() <= BOUNDARY_MAX);
      }
    }
    return tokens.atEnd()
        ? Optional.of(new ContentType(type, subtype, boundary.map(String::stripTrailing)))
        : Optional.empty();
  }
}
