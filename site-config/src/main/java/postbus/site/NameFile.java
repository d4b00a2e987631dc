package postbus.site;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import postbus.mail.EmailAddress;

/**
 * The files of the site that hold one name a line: {@code local-domains}, {@code
 * legacy-mailing-lists} and {@code accounts}. Empty lines and lines that begin with {@code #} are
 * skipped. Names come back in lower case.
 */
final class NameFile {
  private static final Pattern LIST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  private NameFile() {}

  static Checked<Set<String>> domains(String name, List<String> lines) {
    return names(name, lines, "a domain", Notation::domain);
  }

  static Checked<Set<String>> lists(String name, List<String> lines) {
    return names(
        name,
        lines,
        "the name of a mailing list, without a domain",
        line ->
            LIST_NAME.matcher(line).matches()
                ? Optional.of(line.toLowerCase(Locale.ROOT))
                : Optional.empty());
  }

  /** A passwd-file as Dovecot reads it; the names only. */
  static Checked<Set<String>> accounts(String name, List<String> lines) {
    return names(name, lines, "user@domain:{SCHEME}hash", NameFile::account);
  }

  private static Optional<String> account(String line) {
    String user = line.split(":", 2)[0];
    return user.chars().anyMatch(Character::isWhitespace)
        ? Optional.empty()
        : EmailAddress.parse(user)
            .filter(address -> Notation.domain(address.domain()).isPresent())
            .map(EmailAddress::key);
  }

  private static Checked<Set<String>> names(
      String name, List<String> lines, String expected, Function<String, Optional<String>> parse) {
    Set<String> names = new HashSet<>();
    List<SiteProblem> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      Optional<String> parsed = parse.apply(line);
      if (parsed.isPresent()) {
        names.add(parsed.get());
      } else {
        String shown = line.split(":", 2)[0]; // What follows in accounts is no matter for a log.
        problems.add(new SiteProblem(name, i + 1, "\"" + shown + "\", expected " + expected));
      }
    }
    return Checked.of(names, problems);
  }
}
