package postbus.site;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A user of this host, wherever the system looks its users up.
 *
 * @param user the number; 0 is root, whatever its name
 * @param group the number of the user's own group
 * @param home the home folder; it need not exist
 */
public record UnixUser(String name, long user, long group, String home) {
  /** A directory service that hangs is not waited for. */
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 2;

  /**
   * Asks {@code getent}. Blocks.
   *
   * @param name as postbus.yaml may have it, so that it is no option
   * @return empty if there is no such user
   * @throws IOException if that cannot be found out
   */
  public static Optional<UnixUser> find(String name) throws IOException {
    Process getent =
        new ProcessBuilder("getent", "passwd", name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      // One line fits into the pipe, so it may be read when getent has ended.
      if (!getent.waitFor(ANSWER_WAIT)) {
        throw new IOException("no answer about the user " + name + " within " + ANSWER_WAIT);
      }
      String line = new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return switch (getent.exitValue()) {
        case 0 -> Optional.of(parse(line.strip()));
        case NOT_FOUND -> Optional.empty();
        default -> throw new IOException("getent passwd ended with " + getent.exitValue());
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      getent.destroyForcibly();
    }
  }

  /** A line of passwd(5): name, password, user, group, comment, home, shell. */
  static UnixUser parse(String line) throws IOException {
    String[] parts = line.split(":", -1);
    if (parts.length != 7) {
      throw new IOException("not a line of passwd: " + line);
    }
    try {
      return new UnixUser(parts[0], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[5]);
    } catch (NumberFormatException e) {
      throw new IOException("not a line of passwd: " + line, e);
    }
  }
}
