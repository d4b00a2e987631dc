package postbus.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long the end of a process takes at most, as README has it. */
record EndOfProcess(int stopWait, int parts, int withBroker) {
  private static final Pattern WAIT =
      Pattern.compile("\\| `postbus.stop-wait` .* \\| `(\\d+)s` \\|");
  private static final Pattern BESIDE =
      Pattern.compile(
          "\\| end of a process, beside `postbus.stop-wait`: its parts; with the broker"
              + " \\| (\\d+) s; (\\d+) s \\|");

  static EndOfProcess read() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher wait = found(WAIT, readme);
    Matcher beside = found(BESIDE, readme);
    return new EndOfProcess(
        Integer.parseInt(wait.group(1)),
        Integer.parseInt(beside.group(1)),
        Integer.parseInt(beside.group(2)));
  }

  private static Matcher found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("README does not say: " + pattern);
    }
    return matcher;
  }

  int secondsOfService() {
    return stopWait + parts;
  }

  int secondsOfStandalone() {
    return stopWait + withBroker;
  }
}
