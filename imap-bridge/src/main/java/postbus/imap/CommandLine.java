package postbus.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words of a command, program first, split as Exim splits a pipe that it runs without a shell:
 * at white space; a word in single quotes is taken as it is; in a word in double quotes, a
 * backslash takes the next character as it is, and {@code \n}, {@code \r} and {@code \t} stand for
 * line ends and tab. Quotes count at the start of a word only, and nothing else has a meaning:
 * {@code ;}, {@code >} and {@code $} are characters.
 *
 * @param words at least one
 */
record CommandLine(List<String> words) {
  /** Beyond these bounds it is no command that anybody wrote by hand. */
  static final int WORDS_MAX = 100;

  static final int CHARACTERS_MAX = 8 << 10;

  CommandLine {
    words = List.copyOf(words);
  }

  String program() {
    return words.getFirst();
  }

  /** Empty if there is no word, too much, a quote without its end, or a NUL. */
  static Optional<CommandLine> parse(String text) {
    if (text.length() > CHARACTERS_MAX || text.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    Reader reader = new Reader(text);
    List<String> words = new ArrayList<>();
    while (reader.skipWhite()) {
      Optional<String> word = reader.word();
      if (word.isEmpty() || words.size() == WORDS_MAX) {
        return Optional.empty();
      }
      words.add(word.get());
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(new CommandLine(words));
  }

  /** Where the reading of one text stands. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    /** False at the end of the text. */
    boolean skipWhite() {
      while (at < text.length() && isWhite(text.charAt(at))) {
        at++;
      }
      return at < text.length();
    }

    /** Empty if a quote does not end. */
    Optional<String> word() {
      return switch (text.charAt(at)) {
        case '\'' -> singleQuoted();
        case '"' -> doubleQuoted();
        default -> Optional.of(plain());
      };
    }

    private String plain() {
      int begin = at;
      while (at < text.length() && !isWhite(text.charAt(at))) {
        at++;
      }
      return text.substring(begin, at);
    }

    private Optional<String> singleQuoted() {
      int end = text.indexOf('\'', at + 1);
      if (end < 0) {
        return Optional.empty();
      }
      String word = text.substring(at + 1, end);
      at = end + 1;
      return Optional.of(word);
    }

    private Optional<String> doubleQuoted() {
      StringBuilder word = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char character = text.charAt(at);
        if (character == '"') {
          at++;
          return Optional.of(word.toString());
        }
        if (character == '\\' && at + 1 < text.length()) {
          at++;
          word.append(escaped(text.charAt(at)));
        } else {
          word.append(character);
        }
      }
      return Optional.empty();
    }

    private static char escaped(char character) {
      return switch (character) {
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        default -> character;
      };
    }

    private static boolean isWhite(char character) {
      return character == ' ' || (character >= '\t' && character <= '\r');
    }
  }
}
