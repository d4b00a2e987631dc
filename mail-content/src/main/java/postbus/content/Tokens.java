package postbus.content;

/**
 * Takes tokens and quoted strings of a structured field one by one (RFC 2045, section 5.1);
 * comments are white space, and so are folds.
 */
final class Tokens {
  private final String text;
  private int at;

  Tokens(String text) {
    this.text = text;
  }

  /** Takes this character if it is the next. */
  boolean take(char wanted) {
    skipSpace();
    boolean there = at < text.length() && text.charAt(at) == wanted;
    at += there ? 1 : 0;
    return there;
  }

  /** The next token; nothing if none is next. */
  String token() {
    skipSpace();
    int begin = at;
    while (at < text.length() && " \t\r\n()\"/;=<>@,\\".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(begin, at);
  }

  /** The next token or quoted string, without its quotes. */
  String value() {
    skipSpace();
    return at < text.length() && text.charAt(at) == '"' ? quoted() : token();
  }

  boolean atEnd() {
    skipSpace();
    return at >= text.length();
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
      } else if (depth == 0 && " \t\r\n".indexOf(character) < 0) {
        return;
      }
      at++;
    }
    at = Math.min(at, text.length());
  }
}
