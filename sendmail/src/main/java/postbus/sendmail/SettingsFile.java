package postbus.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.sendmail.Settings.Place;
import postbus.smtp.TlsWanted;

/**
 * Reads {@code sendmail.conf}: {@code name = value} lines and comments with {@code #}. What is not
 * said has its default; what is not understood stops the command.
 */
final class SettingsFile {
  /** Where Debian's programs look for the domain of mail from this machine. */
  private static final Path MAILNAME = Path.of("/etc/mailname");

  private static final Place DEFAULT_SERVER = new Place("127.0.0.1", 25);
  private static final Path DEFAULT_SPOOL = Path.of("/var/spool/postbus");
  private static final int SERVERS_MAX = 5;

  private final Path file;
  private final List<Place> servers = new ArrayList<>();
  private @Nullable String domain;
  private Path spool = DEFAULT_SPOOL;
  private Optional<TlsWanted> tls = Optional.empty();

  private SettingsFile(Path file) {
    this.file = file;
  }

  /** What a reader came to. */
  sealed interface Outcome {
    record Good(Settings settings) implements Outcome {}

    /** With file, line and what was expected. */
    record Bad(String why) implements Outcome {}
  }

  /**
   * @param candidates of these the first that exists counts; without one, all are defaults
   * @param hostname of this machine, for want of a better domain
   */
  static Outcome read(List<Path> candidates, String hostname) {
    Optional<Path> file = candidates.stream().filter(Files::exists).findFirst();
    SettingsFile reader = new SettingsFile(file.orElse(Path.of("")));
    try {
      List<String> lines = file.isEmpty() ? List.of() : Files.readAllLines(file.get(), UTF_8);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          Optional<String> problem = reader.set(line);
          if (problem.isPresent()) {
            return new Outcome.Bad(file.get() + ":" + (i + 1) + ": " + problem.get());
          }
        }
      }
    } catch (IOException e) {
      return new Outcome.Bad("cannot read " + e.getMessage());
    }
    return new Outcome.Good(reader.settings(hostname));
  }

  private Settings settings(String hostname) {
    String known = domain;
    return new Settings(
        servers.isEmpty() ? List.of(DEFAULT_SERVER) : List.copyOf(servers),
        known == null ? mailname().orElse(hostname) : known,
        spool,
        tls);
  }

  private static Optional<String> mailname() {
    try {
      return Files.readAllLines(MAILNAME, UTF_8).stream()
          .map(String::strip)
          .filter(SettingsFile::isDomain)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<String> set(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return Optional.of("expected name = value, found " + line);
    }
    String value = line.substring(equals + 1).strip();
    String name = line.substring(0, equals).strip();
    return switch (name) {
      case "server" -> servers(value);
      case "domain" -> domain(value);
      case "spool" -> spool(value);
      case "tls" -> tls(value);
      default -> Optional.of("expected server, domain, spool or tls, found " + name);
    };
  }

  private Optional<String> servers(String value) {
    for (String server : value.split("[ ,]+")) {
      int colon = server.lastIndexOf(':');
      String host = colon < 1 ? "" : server.substring(0, colon).replaceAll("^\\[|]$", "");
      String port = server.substring(colon + 1);
      if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        return Optional.of("expected HOST:PORT, such as 127.0.0.1:25, found " + server);
      }
      servers.add(new Place(host, Integer.parseInt(port)));
    }
    return servers.size() > SERVERS_MAX
        ? Optional.of("expected at most " + SERVERS_MAX + " servers")
        : Optional.empty();
  }

  private Optional<String> domain(String value) {
    domain = value.toLowerCase(Locale.ROOT);
    return isDomain(value)
        ? Optional.empty()
        : Optional.of("expected a domain, such as example.org, found " + value);
  }

  private static boolean isDomain(String text) {
    return text.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  }

  /** Relative to the folder of the file. */
  private Optional<String> spool(String value) {
    spool = file.toAbsolutePath().resolveSibling(value).normalize();
    return value.isEmpty() ? Optional.of("expected a folder") : Optional.empty();
  }

  private Optional<String> tls(String value) {
    Optional<TlsWanted> wanted =
        switch (value) {
          case "never" -> Optional.of(TlsWanted.NEVER);
          case "opportunistic" -> Optional.of(TlsWanted.OPPORTUNISTIC);
          case "required" -> Optional.of(TlsWanted.REQUIRED);
          case "verified" -> Optional.of(TlsWanted.VERIFIED);
          default -> Optional.empty();
        };
    tls = wanted;
    return wanted.isPresent()
        ? Optional.empty()
        : Optional.of("expected never, opportunistic, required or verified, found " + value);
  }
}
