package postbus.cli.exim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an Exim configuration as Exim does (specification, chapter 6): comments, continued lines,
 * macros, {@code .include} and {@code .ifdef}. {@code CONFDIR} is the file's folder unless the file
 * says otherwise.
 */
final class EximText {
  private static final int DEPTH_MAX = 10;

  /** What stands for them in a text. */
  private static final char NO_UTF_8 = '\ufffd';

  private static final Pattern MACRO = Pattern.compile("([A-Z]\\w*)\\s*==?\\s*(.*)");
  private static final Pattern INCLUDE = Pattern.compile("\\.include(_if_exists)?\\s+(.+)");

  private final Map<String, String> macros = new LinkedHashMap<>();
  private final Deque<Boolean> conditions = new ArrayDeque<>();
  private final List<Line> lines = new ArrayList<>();
  private final Notes notes;

  private EximText(Notes notes) {
    this.notes = notes;
  }

  static List<Line> read(Path file, Notes notes) throws IOException {
    EximText text = new EximText(notes);
    text.macros.put("CONFDIR", file.toAbsolutePath().normalize().getParent() + "");
    text.file(file, 0);
    return text.lines;
  }

  private void file(Path file, int depth) throws IOException {
    // Comments of that time are often in Latin-1: what is no UTF-8 there is nobody's trouble.
    List<String> raw = new String(Files.readAllBytes(file), UTF_8).lines().toList();
    for (int i = 0; i < raw.size(); i++) {
      String place = file.getFileName() + ":" + (i + 1);
      StringBuilder whole = new StringBuilder(raw.get(i).strip());
      if (isComment(whole.toString())) {
        continue;
      }
      while (!whole.isEmpty() && whole.charAt(whole.length() - 1) == '\\' && i + 1 < raw.size()) {
        String next = raw.get(++i).strip();
        if (!next.startsWith("#")) {
          whole.setLength(whole.length() - 1);
          whole.append(next);
        }
      }
      logical(whole.toString(), place, file, depth);
    }
  }

  private static boolean isComment(String line) {
    return line.isEmpty() || line.startsWith("#");
  }

  private void logical(String text, String place, Path file, int depth) throws IOException {
    if (text.indexOf(NO_UTF_8) >= 0) {
      notes.add(place, "holds octets that are no UTF-8: " + text);
    }
    if (text.startsWith(".if") || text.equals(".else") || text.equals(".endif")) {
      condition(text, place);
    } else if (conditions.contains(false)) {
      return;
    } else if (text.startsWith(".")) {
      include(replaced(text), place, file, depth);
    } else if (MACRO.matcher(text).matches()) {
      Matcher macro = MACRO.matcher(text);
      if (macro.matches()) {
        macros.put(macro.group(1), replaced(macro.group(2)));
      }
    } else {
      lines.add(new Line(replaced(text), place));
    }
  }

  private void condition(String text, String place) {
    switch (text.split("\\s+")[0]) {
      case ".ifdef" -> conditions.push(isDefined(text));
      case ".ifndef" -> conditions.push(!isDefined(text));
      case ".else" -> {
        if (!conditions.isEmpty()) {
          conditions.push(!conditions.pop());
        }
      }
      case ".endif" -> conditions.poll();
      default -> notes.add(place, "not understood: " + text);
    }
  }

  private boolean isDefined(String text) {
    return macros.keySet().stream().anyMatch(text::contains);
  }

  private void include(String text, String place, Path file, int depth) throws IOException {
    Matcher include = INCLUDE.matcher(text);
    if (!include.matches() || depth >= DEPTH_MAX) {
      notes.add(place, "not understood: " + text);
      return;
    }
    Path included = file.resolveSibling(include.group(2));
    if (Files.isReadable(included)) {
      file(included, depth + 1);
    } else if (include.group(1) == null) {
      notes.add(place, "cannot be read: " + included);
    }
  }

  /** Exim puts values in the place of names wherever they occur, in the order of definition. */
  private String replaced(String text) {
    String replaced = text;
    for (Map.Entry<String, String> macro : macros.entrySet()) {
      replaced = replaced.replace(macro.getKey(), macro.getValue());
    }
    return replaced;
  }
}
