package postbus.cli.exim;

import java.util.ArrayList;
import java.util.List;

/** A list as Exim writes it: between colons, or what {@code <;} names; doubled, it is meant. */
final class EximList {
  private EximList() {}

  static List<String> of(String value) {
    char separator = ':';
    String text = value.strip();
    if (text.length() > 1 && text.charAt(0) == '<' && !Character.isLetterOrDigit(text.charAt(1))) {
      separator = text.charAt(1);
      text = text.substring(2);
    }
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != separator) {
        item.append(c);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == separator) {
        item.append(c);
        i++;
      } else {
        items.add(item.toString().strip());
        item.setLength(0);
      }
    }
    items.add(item.toString().strip());
    items.removeIf(String::isEmpty);
    return items;
  }
}
