package postbus.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An alias file in the standard format, as Exim's lsearch reads it: a key, ended by a colon or
 * white space, then its right-hand side. Lines that begin with white space go on with the entry
 * before; empty lines and lines that begin with {@code #} are skipped wherever they are; a key with
 * odd characters stands in double quotes. The first entry of a key counts.
 *
 * <p>It splits keys from right-hand sides and judges no targets: the router does.
 *
 * @param entries right-hand sides by key, in lower case
 */
public record AliasFile(Map<String, String> entries) {

  public AliasFile {
    entries = Map.copyOf(entries);
  }

  /** The right-hand side for a local part without its quotes, in any case. */
  public Optional<String> target(String localPart) {
    return Optional.ofNullable(entries.get(localPart.toLowerCase(Locale.ROOT)));
  }

  /**
   * Reads the lines of a file.
   *
   * @param name how problems call the file
   */
  public static Checked<AliasFile> parse(String name, List<String> lines) {
    Parser parser = new Parser(name);
    lines.forEach(parser::line);
    parser.endEntry();
    return Checked.of(new AliasFile(parser.entries), parser.problems);
  }

  /** Where the reading of one file stands. */
  private static final class Parser {
    private final String name;
    private final Map<String, String> entries = new HashMap<>();
    private final List<SiteProblem> problems = new ArrayList<>();
    private final StringBuilder target = new StringBuilder();
    private Optional<String> key = Optional.empty();
    private boolean started;
    private int lineNumber;

    Parser(String name) {
      this.name = name;
    }

    void line(String line) {
      lineNumber++;
      if (line.isBlank() || line.charAt(0) == '#') {
        return;
      }
      if (isWhite(line.charAt(0))) {
        goOn(line.strip());
        return;
      }
      endEntry();
      started = true;
      if (line.charAt(0) == '"') {
        quotedKey(line);
      } else {
        plainKey(line);
      }
    }

    private void goOn(String rest) {
      if (!started) {
        wrong("begins with white space but goes on with nothing, expected \"name: targets\"");
      } else {
        target.append(target.isEmpty() ? "" : " ").append(rest);
      }
    }

    private void plainKey(String line) {
      int end = 0;
      while (end < line.length() && line.charAt(end) != ':' && !isWhite(line.charAt(end))) {
        end++;
      }
      if (end == 0) {
        wrong("begins with a colon, expected \"name: targets\"");
        return;
      }
      beginEntry(line.substring(0, end), line.substring(end));
    }

    private void quotedKey(String line) {
      StringBuilder plain = new StringBuilder();
      int at = 1;
      while (at < line.length() && line.charAt(at) != '"') {
        if (line.charAt(at) == '\\' && at + 1 < line.length()) {
          at++;
        }
        plain.append(line.charAt(at));
        at++;
      }
      if (at == line.length() || plain.isEmpty()) {
        wrong("has a key without its closing quote, expected \"\\\"name\\\": targets\"");
        return;
      }
      beginEntry(plain.toString(), line.substring(at + 1));
    }

    private void beginEntry(String newKey, String afterKey) {
      String rest = afterKey.strip();
      key = Optional.of(newKey.toLowerCase(Locale.ROOT));
      target.append(rest.startsWith(":") ? rest.substring(1).strip() : rest);
    }

    void endEntry() {
      key.ifPresent(complete -> entries.putIfAbsent(complete, target.toString()));
      key = Optional.empty();
      target.setLength(0);
    }

    private void wrong(String what) {
      problems.add(new SiteProblem(name, lineNumber, what));
    }

    private static boolean isWhite(char character) {
      return character == ' ' || character == '\t';
    }
  }
}
