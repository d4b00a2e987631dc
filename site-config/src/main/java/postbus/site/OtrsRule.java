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
import postbus.mail.EmailAddress;
import postbus.mail.NextHop.Host;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;
import postbus.site.Section.Text;

/** Reads the section {@code otrs}: the addresses are in a database or in a file, never in both. */
final class OtrsRule {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final String FILE_EXPECTED = "the name of a file in the site folder";

  private OtrsRule() {}

  /** Empty if the site has no such section, or a wrong one. */
  static Optional<Otrs> read(Section root, Path folder) {
    Section in = root.section("otrs");
    String otherwise = root.has("otrs") ? Setting.REQUIRED : Setting.NONE;
    Optional<EmailAddress> target =
        in.value(
            "target",
            "a mail address",
            otherwise,
            text ->
                EmailAddress.parse(text)
                    .filter(address -> Notation.domain(address.domain()).isPresent()));
    Optional<Path> file = file(in, "file", folder);
    Optional<OtrsSource> database = database(in, folder);
    if (root.has("otrs") && file.isPresent() == in.has("servers")) {
      in.wrong("needs either servers or a file, expected one of them");
    }
    return target.flatMap(to ->
        database.or(() -> file.map(OtrsSource.File::new)).map(source -> new Otrs(to, source)));
  }

  private static Optional<OtrsSource> database(Section in, Path folder) {
    List<Host> servers = new ArrayList<>();
    for (Text text : in.texts("servers", Routes.HOST_PORT, Setting.NONE)) {
      Notation.host(text.value())
          .ifPresentOrElse(
              servers::add,
              () ->
                  in.wrong("servers", "is \"" + text.value() + "\", expected " + Routes.HOST_PORT));
    }
    String name = identifier(in, "database", "otrs");
    String user = identifier(in, "user", "exim");
    Optional<Path> password = file(in, "password-file", folder);
    Duration wait = in.time("wait", ofSeconds(1), ofMillis(100), ofMinutes(1));
    int connections = in.count("connections-max", 10, 1, 1000);
    Duration keep = in.time("keep", ofSeconds(5), Duration.ZERO, ofHours(2));
    Duration keepNegative = in.time("keep-negative", Duration.ZERO, Duration.ZERO, ofHours(2));
    return servers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new OtrsSource.Database(
                servers, name, user, password, wait, connections, keep, keepNegative));
  }

  private static String identifier(Section in, String key, String otherwise) {
    return in.value(
            key,
            "a name of letters, digits, hyphens, dots and underscores",
            otherwise,
            text -> IDENTIFIER.matcher(text).matches() ? Optional.of(text) : Optional.empty())
        .orElse(otherwise);
  }

  private static Optional<Path> file(Section in, String key, Path folder) {
    return in.value(key, FILE_EXPECTED, Setting.NONE, SiteFiles::name).map(folder::resolve);
  }
}
