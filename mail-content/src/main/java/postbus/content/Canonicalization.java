package postbus.content;

import java.util.Locale;

/** The form in which a field or a body is hashed (RFC 6376, section 3.4). */
public enum Canonicalization {
  /** Hardly any change is tolerated. */
  SIMPLE,
  /** White space may change. */
  RELAXED;

  /**
   * A field in this form, without a CRLF at its end.
   *
   * @param name as it is written, with white space before the colon
   * @param body what follows the colon, with its folds, without the last CRLF
   */
  public String field(String name, String body) {
    return switch (this) {
      case SIMPLE -> name + ":" + body;
      case RELAXED -> relaxed(name.stripTrailing().toLowerCase(Locale.ROOT), body);
    };
  }

  private static String relaxed(String name, String body) {
    StringBuilder relaxed = new StringBuilder(name.length() + 1 + body.length());
    relaxed.append(name).append(':');
    boolean space = false;
    boolean begun = false;
    for (int at = 0; at < body.length(); at++) {
      char character = body.charAt(at);
      if (Folding.isSpace(character)) {
        space = true;
      } else if (character != '\r' && character != '\n') {
        relaxed.append(space && begun ? " " : "").append(character);
        space = false;
        begun = true;
      }
    }
    return relaxed.toString();
  }
}
