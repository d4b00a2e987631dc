package postbus.site;

/** A key in double quotes, with the escapes that Exim knows: those of C. */
final class QuotedKey {
  private QuotedKey() {}

  /**
   * Reads the key at the beginning of a line.
   *
   * @param key what it says is added here
   * @return where the line goes on after the closing quote; -1 if there is none
   */
  static int read(String line, StringBuilder key) {
    int at = 1;
    while (at < line.length() && line.charAt(at) != '"') {
      at =
          line.charAt(at) == '\\' && at + 1 < line.length()
              ? escape(line, at + 1, key)
              : plain(line, at, key);
    }
    return at < line.length() ? at + 1 : -1;
  }

  private static int plain(String line, int at, StringBuilder key) {
    key.append(line.charAt(at));
    return at + 1;
  }

  /** What follows a backslash: a number of up to three octal or two hexadecimal digits, or one. */
  private static int escape(String line, int at, StringBuilder key) {
    char character = line.charAt(at);
    if (character == 'x') {
      return number(line, at + 1, 16, 2, key);
    }
    if (Character.digit(character, 8) >= 0) {
      return number(line, at, 8, 3, key);
    }
    key.append(
        switch (character) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'v' -> '\u000b';
          default -> character;
        });
    return at + 1;
  }

  private static int number(String line, int from, int base, int digitsMax, StringBuilder key) {
    int value = 0;
    int at = from;
    while (at < line.length()
        && at < from + digitsMax
        && Character.digit(line.charAt(at), base) >= 0) {
      value = value * base + Character.digit(line.charAt(at), base);
      at++;
    }
    key.append((char) (value & 0xff));
    return at;
  }
}
