package postbus.auth.spf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with macros (RFC 7208, section 7).
 *
 * @param pieces literals and macros in their order
 */
record MacroString(List<Piece> pieces) {
  /** Characters that a domain has at most once it is expanded (section 7.3). */
  private static final int DOMAIN_MAX = 253;

  /** Characters of an expanded text; what is longer is an error, as of a record. */
  private static final int EXPANDED_MAX = 64 * 1024;

  private static final String IN_RECORDS = "slodiphv";
  private static final String IN_EXPLANATIONS = IN_RECORDS + "crt";

  private static final Pattern MACRO =
      Pattern.compile("%(?:([%_-])|\\{([A-Za-z])([0-9]*+)([rR]?)([.+,/_=-]*+)\\})");

  /** The end of a domain: a dot, and a top label that is not a number (section 7.1). */
  private static final Pattern TOP_LABEL =
      Pattern.compile(".*\\.(?![0-9]*\\.?$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.?");

  private static final Pattern TO_ESCAPE = Pattern.compile("[^A-Za-z0-9._~-]");

  /** A part of it. */
  sealed interface Piece {}

  private record Literal(String text) implements Piece {}

  /** {@code %%}, {@code %_} or {@code %-}: ends a domain as a macro does. */
  private record Escape(String text) implements Piece {}

  /**
   * A macro.
   *
   * @param last how many parts count, from the right; 0 for all
   */
  private record Macro(char letter, boolean escapes, int last, boolean reverse, String delimiters)
      implements Piece {}

  /** What macros stand for. */
  interface Values {
    /** The value of a letter in lower case. */
    String of(char letter);
  }

  /** A domain-spec. */
  static MacroString domain(String text) throws SpfSyntaxError {
    MacroString domain = read(text, IN_RECORDS);
    if (domain.pieces.isEmpty()
        || (domain.pieces.getLast() instanceof Literal(String end)
            && !TOP_LABEL.matcher(end).matches())) {
      throw new SpfSyntaxError("no domain");
    }
    return domain;
  }

  /** A macro-string. */
  static MacroString text(String text) throws SpfSyntaxError {
    return read(text, IN_RECORDS);
  }

  /** An explain-string. */
  static MacroString explanation(String text) throws SpfSyntaxError {
    if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new SpfSyntaxError("an octet that is no character of ASCII");
    }
    return read(text, IN_EXPLANATIONS);
  }

  private static MacroString read(String text, String letters) throws SpfSyntaxError {
    List<Piece> pieces = new ArrayList<>();
    Matcher macro = MACRO.matcher(text);
    int at = 0;
    for (int percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', at)) {
      if (percent > at) {
        pieces.add(new Literal(text.substring(at, percent)));
      }
      if (!macro.region(percent, text.length()).lookingAt()) {
        throw new SpfSyntaxError("no macro");
      }
      pieces.add(piece(macro, letters));
      at = macro.end();
    }
    if (at < text.length()) {
      pieces.add(new Literal(text.substring(at)));
    }
    return new MacroString(List.copyOf(pieces));
  }

  private static Piece piece(Matcher macro, String letters) throws SpfSyntaxError {
    String escape = macro.group(1);
    if (escape != null) {
      return new Escape(escape.equals("%") ? "%" : escape.equals("_") ? " " : "%20");
    }
    char letter = macro.group(2).charAt(0);
    String digits = macro.group(3);
    boolean isNumber = digits.isEmpty() || digits.chars().anyMatch(c -> c != '0');
    if (letters.indexOf(Character.toLowerCase(letter)) < 0 || !isNumber) {
      throw new SpfSyntaxError("no macro");
    }
    int last = digits.isEmpty() || digits.length() > 3 ? 0 : Integer.parseInt(digits);
    String delimiters = macro.group(5).isEmpty() ? "." : macro.group(5);
    return new Macro(
        Character.toLowerCase(letter),
        Character.isUpperCase(letter),
        last,
        !macro.group(4).isEmpty(),
        delimiters);
  }

  /** The text with all macros in it replaced. */
  String expand(Values values) throws SpfSyntaxError {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(
          switch (piece) {
            case Literal(String literal) -> literal;
            case Escape(String escape) -> escape;
            case Macro macro -> expand(macro, values.of(macro.letter()));
          });
      if (text.length() > EXPANDED_MAX) {
        throw new SpfSyntaxError("macros that expand to too much");
      }
    }
    return text.toString();
  }

  /** The expanded text as a domain: no final dot, and labels off the left if it is too long. */
  String expandDomain(Values values) throws SpfSyntaxError {
    String domain = expand(values);
    domain = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    if (domain.length() > DOMAIN_MAX) {
      int dot = domain.indexOf('.', domain.length() - DOMAIN_MAX - 1);
      domain = domain.substring((dot < 0 ? domain.lastIndexOf('.') : dot) + 1);
    }
    return domain.toLowerCase(Locale.ROOT);
  }

  private static String expand(Macro macro, String value) {
    String split = "[" + Pattern.quote(macro.delimiters()) + "]";
    List<String> parts = new ArrayList<>(Arrays.asList(value.split(split, -1)));
    if (macro.reverse()) {
      Collections.reverse(parts);
    }
    int from = macro.last() == 0 ? 0 : Math.max(0, parts.size() - macro.last());
    String joined = String.join(".", parts.subList(from, parts.size()));
    return macro.escapes() ? TO_ESCAPE.matcher(joined).replaceAll(c -> escaped(c.group())) : joined;
  }

  private static String escaped(String character) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
      escaped.append("%%%02X".formatted(octet & 0xff));
    }
    return escaped.toString();
  }
}
