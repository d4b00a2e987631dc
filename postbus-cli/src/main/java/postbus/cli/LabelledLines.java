package postbus.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines that begin with a label, the texts below each other; a line without text is left out. */
final class LabelledLines {
  private final List<String> lines = new ArrayList<>();

  void add(String label, String text) {
    if (!text.isEmpty()) {
      lines.add(LetterText.printable("%-16s  %s".formatted(label, text)));
    }
  }

  List<String> all() {
    return List.copyOf(lines);
  }
}
