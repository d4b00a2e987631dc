package postbus.site;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.mail.NextHop.Host;
import postbus.site.Section.Text;

/** Reads the settings of a database: those of the sections {@code otrs} and {@code accounts}. */
final class DatabaseRule {
  static final String FILE_EXPECTED = "the name of a file in the site folder";

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private DatabaseRule() {}

  /** Empty if the site has no section {@code accounts}. */
  static Optional<Database> accounts(Section root, Path folder) {
    Section in = root.section("accounts");
    Optional<Database> database = read(in, folder, "postbus", "postbus");
    if (root.has("accounts") && !in.has("servers")) {
      in.wrong("needs servers, expected host:port of MySQL; without the section the file counts");
    }
    return database;
  }

  /**
   * Empty if the section names no servers.
   *
   * @param name of the database, unless the site says otherwise
   * @param user the same
   */
  static Optional<Database> read(Section in, Path folder, String name, String user) {
    List<Host> servers = new ArrayList<>();
    for (Text text : in.texts("servers", Routes.HOST_PORT, Setting.NONE)) {
      Notation.host(text.value())
          .ifPresentOrElse(
              servers::add,
              () ->
                  in.wrong("servers", "is \"" + text.value() + "\", expected " + Routes.HOST_PORT));
    }
    String database = identifier(in, "database", name);
    String asking = identifier(in, "user", user);
    Optional<Path> password =
        in.value("password-file", FILE_EXPECTED, Setting.NONE, SiteFiles::name)
            .map(folder::resolve);
    Duration wait = in.time("wait", ofSeconds(1), ofMillis(100), ofMinutes(1));
    int connections = in.count("connections-max", 10, 1, 1000);
    Duration keep = in.time("keep", ofSeconds(5), Duration.ZERO, ofHours(2));
    Duration keepNegative = in.time("keep-negative", Duration.ZERO, Duration.ZERO, ofHours(2));
    return servers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Database(
                servers, database, asking, password, wait, connections, keep, keepNegative));
  }

  private static String identifier(Section in, String key, String otherwise) {
    return in.value(
            key,
            "a name of letters, digits, hyphens, dots and underscores",
            otherwise,
            text -> IDENTIFIER.matcher(text).matches() ? Optional.of(text) : Optional.empty())
        .orElse(otherwise);
  }
}
