package postbus.site.alias;

import java.util.Optional;

/**
 * The words of an address: local parts, domains, source routes, and comments between them. It goes
 * over the text once; after a mistake it reads nothing more of use, and {@link #wrong} says why.
 */
final class AddressScanner {
  /** What {@link #peek} sees behind the text. */
  static final char END = '\0';

  private final String text;
  private int at;
  private int wordEnd;
  private Optional<String> wrong = Optional.empty();

  AddressScanner(String text) {
    this.text = text;
  }

  char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  char take() {
    char character = peek();
    at = Math.min(at + 1, text.length());
    return character;
  }

  int at() {
    return at;
  }

  /** Where the last word ended, before the comments and white space behind it. */
  int wordEnd() {
    return wordEnd;
  }

  /** The first mistake. */
  Optional<String> wrong() {
    return wrong;
  }

  void fail(String why) {
    if (wrong.isEmpty()) {
      wrong = Optional.of(why);
    }
  }

  void skipComments() {
    wordEnd = at;
    while (peek() != END) {
      while (AliasItems.isSpace(peek())) {
        at++;
      }
      if (peek() != '(') {
        return;
      }
      at = AliasItems.afterComment(text, at, false);
    }
  }

  /** Words between dots, each an atom or a quoted string; dots may stand anywhere. */
  String localPart(boolean mayBeEmpty) {
    StringBuilder read = new StringBuilder();
    while (wrong.isEmpty()) {
      skipComments();
      if (peek() == '"') {
        quoted(read);
      } else {
        atom(read);
      }
      skipComments();
      if (read.isEmpty() && peek() != '.' && !mayBeEmpty) {
        fail("a local part is missing or malformed");
      }
      if (peek() != '.') {
        break;
      }
      while (peek() == '.') {
        read.append(take());
      }
    }
    return read.toString();
  }

  private void quoted(StringBuilder read) {
    read.append(take());
    while (peek() != '"') {
      if (peek() == END) {
        fail("a double quote without its end");
        return;
      }
      if (peek() == '\\' && at + 1 < text.length()) {
        read.append(take());
      }
      read.append(take());
    }
    read.append(take());
  }

  private void atom(StringBuilder read) {
    while (peek() == '\\' || !isSpecial(peek())) {
      boolean isPair = peek() == '\\';
      read.append(take());
      if (isPair && peek() != END) {
        read.append(take());
      }
    }
  }

  /** Labels of letters, digits and hyphens; or an address literal, where one may stand. */
  String domain(boolean mayBeLiteral) {
    skipComments();
    if (peek() == '[') {
      return literal(mayBeLiteral);
    }
    StringBuilder read = new StringBuilder();
    while (wrong.isEmpty()) {
      int before = read.length();
      if (peek() != '-') {
        while (isLetterOrDigit(peek()) || peek() == '-') {
          read.append(take());
        }
      }
      skipComments();
      if (read.length() == before) {
        fail("a domain is missing or malformed");
      } else if (peek() != '.') {
        break;
      } else {
        read.append(take());
        skipComments();
      }
    }
    return read.toString();
  }

  private String literal(boolean isAllowed) {
    int from = at;
    at++;
    while (peek() > ' ' && peek() <= '~' && "[\\]".indexOf(peek()) < 0) {
      at++;
    }
    if (peek() != ']' || !isAllowed) {
      fail("an address literal is malformed, or may not stand here");
      return "";
    }
    at++;
    String read = text.substring(from, at);
    skipComments();
    return read;
  }

  /** {@code @one,@two:}, which nobody follows any more (RFC 5321, appendix C). */
  void sourceRoute() {
    while (wrong.isEmpty() && peek() == '@') {
      at++;
      domain(false);
      if (peek() != ',') {
        break;
      }
      at++;
      skipComments();
    }
    if (peek() == ':') {
      at++;
    } else {
      fail("a local part is missing");
    }
    skipComments();
  }

  private static boolean isSpecial(char character) {
    return character <= ' ' || "()<>@,;:\\\".[]\u007f".indexOf(character) >= 0;
  }

  private static boolean isLetterOrDigit(char character) {
    return (character >= '0' && character <= '9')
        || (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z');
  }
}
