package postbus.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A command that alias files may pipe mail to.
 *
 * @param name how the site calls it
 * @param command the program, absolute; an alias adds arguments
 * @param user who runs it, if this process is root; otherwise this process's own user does
 * @param runMax for it to end; then it is killed, and the mail tried again later
 * @param outputMax octets of its output that are read; more is thrown away
 * @param atOnceMax processes of it at the same time
 */
public record Pipe(
    String name, Path command, String user, Duration runMax, int outputMax, int atOnceMax) {

  /**
   * The pipe that an alias's text names; empty if the site allows none such.
   *
   * @param text without the bar: the program, in quotes or not, and its arguments
   */
  public static Optional<Pipe> of(String text, Map<String, Pipe> pipes) {
    String program = program(text.strip());
    return pipes.values().stream()
        .filter(pipe -> pipe.command().toString().equals(program))
        .findFirst();
  }

  private static String program(String text) {
    boolean quoted = text.startsWith("\"") || text.startsWith("'");
    int from = quoted ? 1 : 0;
    int end = from;
    while (end < text.length() && !ends(text.charAt(end), quoted, text.charAt(0))) {
      end++;
    }
    return text.substring(from, end);
  }

  private static boolean ends(char here, boolean quoted, char first) {
    return quoted ? here == first : here == ' ' || here == '\t';
  }
}
