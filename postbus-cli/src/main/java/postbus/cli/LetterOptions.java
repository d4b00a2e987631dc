package postbus.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import postbus.log.LetterId;

/** What the commands about dead letters say alike. */
final class LetterOptions {
  private LetterOptions() {}

  /** Usage is wrong where a text cannot name a letter. */
  static void checkIds(CommandLine line, List<String> ids) {
    ids.stream()
        .filter(id -> !LetterIds.isOne(id))
        .findFirst()
        .ifPresent(id -> {
          throw new ParameterException(
              line, "expected a dead letter such as normal:0:17, or a mail id: " + id);
        });
  }

  static String unknown(LetterId id) {
    return id + ": there is no such dead letter";
  }

  /** Who works here, as the operating system names him. */
  static String user() {
    String name = System.getProperty("user.name", "unknown");
    String before = System.getenv("SUDO_USER");
    return before == null || before.isEmpty() ? name : before + " as " + name;
  }
}
