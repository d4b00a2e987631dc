package postbus.site;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the section {@code pipes}: the commands that alias files may name. */
final class Pipes {
  static final String COMMAND_EXPECTED = "the absolute path of a program, without arguments";
  static final String USER_EXPECTED = "a user of this host, not root";

  private static final Pattern COMMAND = Pattern.compile("/[^\\s\\p{Cntrl}\"'\\\\]+");

  /** As POSIX has names of users; root is none that a pipe may run as. */
  private static final Pattern USER = Pattern.compile("(?!root$)[a-z_][a-z0-9_-]{0,31}");

  private Pipes() {}

  static Map<String, Pipe> read(Section section) {
    Map<String, Pipe> pipes = new LinkedHashMap<>();
    for (String name : section.names(NamedLists.NAME_EXPECTED, NamedLists::name)) {
      Section pipe = section.section(name);
      Optional<Path> command =
          pipe.value("command", COMMAND_EXPECTED, Setting.REQUIRED, Pipes::command);
      String user = pipe.value("user", USER_EXPECTED, "nobody", Pipes::user).orElse("nobody");
      Duration wait = pipe.time("wait", ofMinutes(1), ofSeconds(1), ofHours(1));
      int outputMax = (int) pipe.octets("output-max", 20 << 10, 0, 1 << 20);
      int atOnceMax = pipe.count("at-once-max", 4, 1, 100);
      command.ifPresent(
          path -> pipes.put(name, new Pipe(name, path, user, wait, outputMax, atOnceMax)));
    }
    return pipes;
  }

  static Optional<Path> command(String text) {
    return COMMAND.matcher(text).matches() ? Optional.of(Path.of(text)) : Optional.empty();
  }

  static Optional<String> user(String text) {
    return USER.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }
}
