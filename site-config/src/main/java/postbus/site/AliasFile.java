package postbus.site;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.mail.EmailAddress;

/**
 * An alias file in the standard format: a right-hand side for each local part, read as {@link
 * LookupFile} says. It splits keys from right-hand sides and judges no targets: the router does.
 *
 * @param entries right-hand sides by key, in lower case
 * @param lines where each key stands, from 1
 */
public record AliasFile(Map<String, String> entries, Map<String, Integer> lines) {

  /** The right-hand side for a local part without its quotes, in any case. */
  public Optional<String> target(String localPart) {
    return Optional.ofNullable(entries.get(EmailAddress.lowerCase(localPart)));
  }

  /**
   * Reads the lines of a file.
   *
   * @param name how problems call the file
   */
  public static Checked<AliasFile> parse(String name, List<String> lines) {
    return LookupFile.parse(name, lines, _ -> Optional.empty())
        .then(file -> new Checked.Good<>(new AliasFile(file.entries(), file.lines())));
  }
}
