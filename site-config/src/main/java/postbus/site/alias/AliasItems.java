package postbus.site.alias;

/** Where the items of a redirection list begin and end. */
final class AliasItems {
  private AliasItems() {}

  /** White space as C's isspace has it. */
  static boolean isSpace(char character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }

  /** Passes over white space, commas, and comments from {@code #} to the end of the line. */
  static int skipSeparators(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
      } else if (c == ',' || isSpace(c)) {
        at++;
      } else {
        break;
      }
    }
    return at;
  }

  /**
   * Where the item ends: at the end of its line, or at a comma outside of quotes, comments, angle
   * brackets and source routes. A backslash takes away the meaning of what follows.
   */
  static int end(String text, int from) {
    int at = from;
    boolean isRouted = charAt(text, from) == '@';
    int open = isRouted ? 1 : 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n' || (c == ',' && open <= 0)) {
        return at;
      }
      switch (c) {
        case '\\' -> at++;
        case '"' -> at = afterQuoted(text, at) - 1;
        case '(' -> at = afterComment(text, at, true) - 1;
        case '<' -> {
          isRouted = charAt(text, at + 1) == '@';
          open = isRouted ? 2 : 1;
        }
        case '>' -> open--;
        case ':' -> open -= isRouted ? 1 : 0;
        default -> {}
      }
      at++;
    }
    return text.length();
  }

  private static int afterQuoted(String text, int quote) {
    int at = quote + 1;
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      at += c == '\\' && at + 1 < text.length() ? 2 : 1;
    }
    return Math.min(at, text.length());
  }

  /** Where a comment ends, with those inside of it; at the line's end at the latest, if so told. */
  static int afterComment(String text, int parenthesis, boolean inLine) {
    int depth = 1;
    int at = parenthesis + 1;
    while (at < text.length() && !(inLine && text.charAt(at) == '\n')) {
      char c = text.charAt(at);
      at += c == '\\' && at + 1 < text.length() ? 2 : 1;
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
        if (depth == 0) {
          break;
        }
      }
    }
    return Math.min(at, text.length());
  }

  /** The part of a text without white space at both ends. */
  static String strip(String text, int from, int to) {
    int begin = from;
    int end = to;
    while (begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (end > begin && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  private static char charAt(String text, int at) {
    return at < text.length() ? text.charAt(at) : '\n';
  }
}
