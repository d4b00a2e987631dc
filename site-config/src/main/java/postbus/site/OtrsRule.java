package postbus.site;

import java.nio.file.Path;
import java.util.Optional;
import postbus.mail.EmailAddress;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;

/** Reads the section {@code otrs}: the addresses are in a database or in a file, never in both. */
final class OtrsRule {
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
    Optional<Path> file =
        in.value("file", DatabaseRule.FILE_EXPECTED, Setting.NONE, SiteFiles::name)
            .map(folder::resolve);
    Optional<OtrsSource> database = DatabaseRule.read(in, folder, "otrs", "exim").map(each -> each);
    if (root.has("otrs") && file.isPresent() == in.has("servers")) {
      in.wrong("needs either servers or a file, expected one of them");
    }
    return target.flatMap(to ->
        database.or(() -> file.map(OtrsSource.File::new)).map(source -> new Otrs(to, source)));
  }
}
