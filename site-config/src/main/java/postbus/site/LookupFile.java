package postbus.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.mail.EmailAddress;

/**
 * A text file that is asked by key, read as Exim's lsearch reads it. A key ends at a colon or white
 * space, or stands in double quotes with C's escapes; the rest of the line is its data. Lines that
 * begin with white space go on with the entry before. An empty line or one that begins with {@code
 * #} ends the entry: what goes on after it is lost, as with Exim 4.96. The first entry of a key
 * counts; keys are blind to the case of ASCII letters.
 *
 * <p>What can never be found is a warning. Only a quoted key without its end makes the file wrong:
 * there nobody knows what was meant.
 *
 * @param entries data by key, in lower case; none has the empty key
 * @param lines where each key stands, from 1
 */
public record LookupFile(Map<String, String> entries, Map<String, Integer> lines) {

  public LookupFile {
    entries = Map.copyOf(entries);
    lines = Map.copyOf(lines);
  }

  /** What a reader of keys takes for a mistake: empty if the key is as it should be. */
  public interface KeyRule {
    Optional<String> wrong(String key);
  }

  /**
   * Reads the lines of a file.
   *
   * @param name how problems call the file
   */
  public static Checked<LookupFile> parse(String name, List<String> lines, KeyRule rule) {
    Parser parser = new Parser(name, rule);
    lines.forEach(parser::line);
    parser.endEntry();
    return parser.problems.isEmpty()
        ? new Checked.Good<>(new LookupFile(parser.entries, parser.lineOf), parser.warnings)
        : new Checked.Wrong<>(parser.problems);
  }

  /** White space as C's isspace has it. */
  static boolean isSpace(char character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }

  /** Where the reading of one file stands. */
  private static final class Parser {
    private final String name;
    private final KeyRule rule;
    private final Map<String, String> entries = new HashMap<>();
    private final Map<String, Integer> lineOf = new HashMap<>();
    private final List<SiteProblem> problems = new ArrayList<>();
    private final List<SiteProblem> warnings = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private Optional<String> key = Optional.empty();
    private boolean interrupted;
    private int lineNumber;

    Parser(String name, KeyRule rule) {
      this.name = name;
      this.rule = rule;
    }

    void line(String whole) {
      lineNumber++;
      String line = whole.substring(0, endOf(whole));
      if (line.isEmpty() || line.charAt(0) == '#') {
        interrupted = true;
      } else if (isSpace(line.charAt(0))) {
        goOn(line.substring(afterSpace(line, 0)));
      } else {
        endEntry();
        interrupted = false;
        readKey(line);
      }
    }

    private void goOn(String rest) {
      if (key.isEmpty()) {
        warn("begins with white space but goes on with nothing, expected \"name: targets\"");
      } else if (interrupted) {
        warn("goes on after an empty line or a comment, which ended the entry; it is lost");
      } else {
        data.append(data.isEmpty() ? "" : " ").append(rest);
      }
    }

    private void readKey(String line) {
      boolean isQuoted = line.charAt(0) == '"';
      StringBuilder read = new StringBuilder();
      int end = isQuoted ? QuotedKey.read(line, read) : plainKey(line, read);
      if (end < 0) {
        problems.add(
            new SiteProblem(
                name,
                lineNumber,
                "has a key without its closing quote, expected \"\\\"name\\\": targets\""));
      } else if (read.isEmpty()) {
        warn("has no name before its colon, expected \"name: targets\"");
      } else {
        beginEntry(read.toString(), line, end);
      }
    }

    private static int plainKey(String line, StringBuilder key) {
      int end = 0;
      while (end < line.length() && line.charAt(end) != ':' && !isSpace(line.charAt(end))) {
        end++;
      }
      key.append(line, 0, end);
      return end;
    }

    private void beginEntry(String written, String line, int afterKey) {
      int at = afterSpace(line, afterKey);
      if (at < line.length() && line.charAt(at) == ':') {
        at = afterSpace(line, at + 1);
      }
      data.append(line, at, line.length());
      String lower = EmailAddress.lowerCase(written);
      key = Optional.of(lower);
      rule.wrong(written).ifPresent(this::warn);
      Integer first = lineOf.putIfAbsent(lower, lineNumber);
      if (first != null) {
        warn("\"" + written + "\" stands in line " + first + " already, and the first one counts");
      }
    }

    void endEntry() {
      key.ifPresent(complete -> entries.putIfAbsent(complete, data.toString()));
      key = Optional.empty();
      data.setLength(0);
    }

    private void warn(String what) {
      warnings.add(new SiteProblem(name, lineNumber, what));
    }

    private static int afterSpace(String line, int from) {
      int at = from;
      while (at < line.length() && isSpace(line.charAt(at))) {
        at++;
      }
      return at;
    }

    private static int endOf(String line) {
      int end = line.length();
      while (end > 0 && isSpace(line.charAt(end - 1))) {
        end--;
      }
      return end;
    }
  }
}
