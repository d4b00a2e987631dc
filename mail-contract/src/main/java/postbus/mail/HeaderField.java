package postbus.mail;

/**
 * A header field that we put before the content when a mail leaves (RFC 5322, section 2.2).
 *
 * @param name such as {@code Received}
 * @param body without the final CRLF; may be folded with CRLF and a space
 */
public record HeaderField(String name, String body) {

  public HeaderField {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a field name: " + name);
    }
    if (!isFolded(body)) {
      throw new IllegalArgumentException("a line end inside the field " + name);
    }
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~' || c == ':') {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Whether every line end is followed by white space, and no CR, LF or NUL stands elsewhere. */
  private static boolean isFolded(String body) {
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '\r' && i + 2 < body.length() && body.charAt(i + 1) == '\n') {
        char next = body.charAt(i + 2);
        if (next != ' ' && next != '\t') {
          return false;
        }
        i += 2;
      } else if (c == '\r' || c == '\n' || c == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name + ": " + body + "\r\n";
  }
}
