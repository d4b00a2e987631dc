package postbus.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The fields of a mail's header, in their order, one character for an octet.
 *
 * @param fields topmost first
 */
record HeaderFields(List<Field> fields) {
  /** Octets; a larger header is not signed. */
  static final int HEADER_MAX = 512 * 1024;

  /**
   * One field.
   *
   * @param name in lower case
   * @param body what follows the colon, with its folds, without the last CRLF
   */
  record Field(String name, String body) {

    /** The field in the form "relaxed" of RFC 6376, section 3.4.2, without a CRLF. */
    String relaxed() {
      return Canonicalization.RELAXED.field(name, body);
    }
  }

  /**
   * Reads a header, and the empty line after it. Empty if it is larger than {@link #HEADER_MAX} or
   * holds what is no field.
   */
  static Optional<HeaderFields> read(Lines line) throws IOException {
    List<Field> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    while (line.next(HEADER_MAX) && line.length() > 0) {
      if (line.end() > HEADER_MAX) {
        return Optional.empty();
      }
      String text = line.text();
      if (Folding.isSpace(text.charAt(0)) && !field.isEmpty()) {
        field.append("\r\n").append(text);
      } else if (!endField(field, fields)) {
        return Optional.empty();
      } else {
        field.append(text);
      }
    }
    return endField(field, fields) ? Optional.of(new HeaderFields(fields)) : Optional.empty();
  }

  private static boolean endField(StringBuilder field, List<Field> fields) {
    int colon = field.indexOf(":");
    if (field.isEmpty() || colon <= 0) {
      return field.isEmpty();
    }
    String name = field.substring(0, colon).stripTrailing().toLowerCase(Locale.ROOT);
    fields.add(new Field(name, field.substring(colon + 1)));
    field.setLength(0);
    return true;
  }

  /** The fields of a name, from the bottom up. */
  List<Field> upwards(String name) {
    return fields.reversed().stream().filter(field -> field.name().equals(name)).toList();
  }
}
