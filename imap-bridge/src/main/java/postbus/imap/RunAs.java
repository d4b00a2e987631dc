package postbus.imap;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import postbus.site.Pipe;
import postbus.site.UnixUser;

/**
 * Who runs a command: the user whom the site names if this process is root, otherwise this
 * process's own user. Never root.
 *
 * @param words that begin every command line: they make a session of its own, and give away all
 *     privileges and the way back to them
 * @param home of that user
 */
record RunAs(List<String> words, String home) {
  private static final Duration TRIAL_MAX = Duration.ofSeconds(10);
  private static final int OUTPUT_MAX = 1000;
  private static final Path NO_INPUT = Path.of("/dev/null");
  private static final String SETSID = "setsid";

  RunAs {
    words = List.copyOf(words);
  }

  /**
   * Finds the user, and tries whether commands can be run so on this host.
   *
   * @param isRoot whether this process is
   * @throws IllegalStateException if not; its text says why
   */
  static RunAs of(Pipe pipe, boolean isRoot) {
    return of("pipes." + pipe.name() + ".user", pipe.user(), isRoot);
  }

  /**
   * @param setting names the user
   */
  static RunAs of(String setting, String user, boolean isRoot) {
    try {
      RunAs runAs = isRoot ? privileged(setting, user) : unprivileged();
      CommandEnd end =
          CommandRun.start(runAs.command(List.of("true")), PipeEnvironment.bare(), NO_INPUT)
              .await(TRIAL_MAX, OUTPUT_MAX, () -> false);
      if (!end.equals(new CommandEnd.Exited(0, ""))) {
        throw new IllegalStateException(
            "%s: nothing can be run as %s here: %s".formatted(setting, user, end));
      }
      return runAs;
    } catch (IOException e) {
      throw new IllegalStateException(setting + ": " + e.getMessage(), e);
    }
  }

  private static RunAs privileged(String setting, String name) throws IOException {
    UnixUser user =
        UnixUser.find(name)
            .filter(found -> found.user() != 0)
            .orElseThrow(() ->
                new IllegalStateException(
                    setting + ": " + name + ", expected a user of this host, not root"));
    return new RunAs(
        List.of(
            SETSID,
            "setpriv",
            "--reuid=" + user.user(),
            "--regid=" + user.group(),
            "--clear-groups",
            "--no-new-privs",
            "--"),
        user.home());
  }

  private static RunAs unprivileged() {
    return new RunAs(List.of(SETSID), System.getProperty("user.home", "/"));
  }

  /** The whole line that runs these words. */
  List<String> command(List<String> program) {
    List<String> all = new ArrayList<>(words);
    all.addAll(program);
    return all;
  }
}
