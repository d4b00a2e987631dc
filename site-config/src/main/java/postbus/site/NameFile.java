package postbus.site;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import postbus.mail.EmailAddress;

/**
 * The files of the site that hold one name a line: {@code local-domains}, {@code
 * legacy-mailing-lists} and addresses of OTRS queues. They are read as {@link LookupFile} says, and
 * what follows a name is not looked at. A name that cannot be one is never asked for: it is a
 * warning. Names come back in lower case.
 */
final class NameFile {
  private static final Pattern LIST_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  private NameFile() {}

  static Checked<Set<String>> domains(String name, List<String> lines) {
    return names(name, lines, "a domain", key -> Notation.domain(key).isPresent());
  }

  static Checked<Set<String>> lists(String name, List<String> lines) {
    return names(
        name,
        lines,
        "the name of a mailing list, without a domain",
        key -> LIST_NAME.matcher(key).matches());
  }

  /** Addresses of OTRS queues. */
  static Checked<Set<String>> addresses(String name, List<String> lines) {
    return names(name, lines, "user@domain", NameFile::isAddress);
  }

  private static boolean isAddress(String key) {
    return EmailAddress.parse(key)
        .filter(address -> Notation.domain(address.domain()).isPresent())
        .isPresent();
  }

  private static Checked<Set<String>> names(
      String name, List<String> lines, String expected, Predicate<String> fits) {
    LookupFile.KeyRule rule =
        key ->
            fits.test(key)
                ? Optional.empty()
                : Optional.of("\"" + key + "\", expected " + expected);
    return LookupFile.parse(name, lines, rule)
        .then(file -> new Checked.Good<>(file.entries().keySet()));
  }
}
