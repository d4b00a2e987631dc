package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Who calls.
 *
 * @param name his login
 * @param fullName as the list of users has it; empty if it is not known
 */
record LocalUser(String name, int uid, String fullName) {
  private static final Path USERS = Path.of("/etc/passwd");

  /** Fields of a line of {@link #USERS}: name, password, uid, gid, full name and more. */
  private static final int FULL_NAME = 4;

  /** The user of a login, with his full name if the list of users of this machine has one. */
  static LocalUser of(String name, int uid) {
    String known = name.equals("?") || name.isEmpty() ? "uid" + uid : name;
    return new LocalUser(known, uid, fullName(known, USERS));
  }

  static String fullName(String name, Path users) {
    try (Stream<String> lines = Files.lines(users, UTF_8)) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > FULL_NAME)
          // Rooms and telephones follow; & stands for the login.
          .map(fields -> fields[FULL_NAME].split(",", 2)[0].replace("&", capital(name)).strip())
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
