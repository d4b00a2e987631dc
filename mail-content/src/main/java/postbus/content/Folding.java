package postbus.content;

import static postbus.content.Facts.LINE_MAX;

import java.util.ArrayList;
import java.util.List;

/** Where an overlong line of a header is folded: before white space (RFC 5322, section 2.2.3). */
final class Folding {
  private Folding() {}

  /**
   * The places in the line before which a CRLF goes, as few as will do. Where there is no white
   * space, what is left stays overlong. None is in the white space at the line's begin or end,
   * since a line of nothing but white space is none.
   *
   * @param nameEnd none is before it: the place of the colon, or 0 if the line goes on with a field
   */
  static List<Integer> of(String line, int nameEnd) {
    List<Integer> places = new ArrayList<>();
    int textEnd = line.stripTrailing().length();
    int begin = 0;
    while (line.length() - begin > LINE_MAX) {
      int place =
          lastBefore(line, Math.max(begin, nameEnd), Math.min(begin + LINE_MAX, textEnd - 1));
      if (place < 0) {
        place = firstAfter(line, Math.max(begin + LINE_MAX, nameEnd), textEnd);
      }
      if (place < 0) {
        break;
      }
      places.add(place);
      begin = place;
    }
    return places;
  }

  private static int lastBefore(String line, int begin, int from) {
    for (int at = from; at > begin; at--) {
      if (isBreak(line, at)) {
        return at;
      }
    }
    return -1;
  }

  private static int firstAfter(String line, int from, int textEnd) {
    for (int at = from + 1; at < textEnd; at++) {
      if (isBreak(line, at)) {
        return at;
      }
    }
    return -1;
  }

  /** White space behind something else. */
  private static boolean isBreak(String line, int at) {
    return isSpace(line.charAt(at)) && !isSpace(line.charAt(at - 1));
  }

  static boolean isSpace(char character) {
    return character == ' ' || character == '\t';
  }
}
