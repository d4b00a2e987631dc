package postbus.sendmail;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the addresses in a list of them, as a header field or an argument has it (RFC 5322, section
 * 3.4, and the obsolete routes of 4.4): display names, comments and names of groups go, quotes of
 * local parts stay. It judges no address; who takes the mail does.
 */
final class AddressList {
  private final List<String> found = new ArrayList<>();
  private final StringBuilder current = new StringBuilder();
  private boolean isSpaceBefore;
  private boolean isAngleDone;
  private boolean isInAngle;

  private AddressList() {}

  static List<String> of(String text) {
    AddressList list = new AddressList();
    list.read(text.replace('\r', ' ').replace('\n', ' '));
    return List.copyOf(list.found);
  }

  private void read(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      switch (character) {
        case '(' -> i = afterComment(text, i);
        case '"' -> i = quoted(text, i);
        case '[' -> i = literal(text, i);
        case '<' -> {
          current.setLength(0);
          isSpaceBefore = false;
          isInAngle = true;
        }
        case '>' -> {
          isAngleDone = isInAngle;
          isInAngle = false;
        }
        // The name of a group, or the end of a route.
        case ':' -> restart();
        case ',', ';' -> endAt(character);
        case ' ', '\t' -> isSpaceBefore = true;
        default -> add(character);
      }
    }
    end();
  }

  /** Spaces are part of no address, but two words without a dot between them are no address. */
  private void add(char character) {
    if (isAngleDone) {
      return;
    }
    if (isSpaceBefore
        && !current.isEmpty()
        && ".@".indexOf(character) < 0
        && ".@".indexOf(current.charAt(current.length() - 1)) < 0) {
      current.append(' ');
    }
    isSpaceBefore = false;
    current.append(character);
  }

  private void restart() {
    if (!isAngleDone) {
      current.setLength(0);
      isSpaceBefore = false;
    }
  }

  private void endAt(char separator) {
    if (isInAngle && separator == ',') {
      // Between the hosts of a route.
      restart();
    } else {
      end();
    }
  }

  private void end() {
    if (!current.isEmpty()) {
      found.add(current.toString());
    }
    isAngleDone = false;
    isInAngle = false;
    restart();
  }

  /** The place of its last parenthesis; comments may hold others. */
  private static int afterComment(String text, int from) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '(' -> depth++;
        case ')' -> depth--;
        default -> {
          // Said to people.
        }
      }
      if (depth == 0) {
        return i;
      }
    }
    return text.length();
  }

  private int quoted(String text, int from) {
    add('"');
    for (int i = from + 1; i < text.length(); i++) {
      char character = text.charAt(i);
      boolean isEscape = character == '\\' && i + 1 < text.length();
      keep(character);
      if (isEscape) {
        keep(text.charAt(++i));
      } else if (character == '"') {
        return i;
      }
    }
    return text.length();
  }

  private int literal(String text, int from) {
    int end = text.indexOf(']', from);
    int to = end < 0 ? text.length() - 1 : end;
    text.substring(from, to + 1).chars().forEach(character -> add((char) character));
    return to;
  }

  private void keep(char character) {
    if (!isAngleDone) {
      current.append(character);
    }
  }
}
