package postbus.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the commands about letters say alike. */
final class LetterOptions {
  private LetterOptions() {}

  /** Usage is wrong where a text cannot name a letter. */
  static void checkIds(CommandLine line, Shelf shelf, List<String> ids) {
    ids.stream()
        .filter(id -> !LetterIds.isOne(id))
        .findFirst()
        .ifPresent(id -> {
          throw new ParameterException(line, shelf.expected(id));
        });
  }

  /** Who works here, as the operating system names him. */
  static String user() {
    String name = System.getProperty("user.name", "unknown");
    String before = System.getenv("SUDO_USER");
    return before == null || before.isEmpty() ? name : before + " as " + name;
  }
}
