package postbus.accounts;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import postbus.mail.EmailAddress;
import postbus.site.Checked;
import postbus.site.LiveFile;
import postbus.site.Site;
import postbus.site.SiteProblem;

/**
 * The file {@code accounts} of a site folder, all of it in memory. An edit counts at most 0.01 s
 * after it was saved; a file that turned wrong keeps its last good version in force.
 */
public final class AccountFile implements Accounts {
  public static final String NAME = "accounts";

  private static final AccountAnswer UNKNOWN = new AccountAnswer.Unknown();

  private final LiveFile<Map<String, AccountAnswer.Found>> file;

  /**
   * @param folder of the site
   */
  AccountFile(Path folder) {
    file = LiveFile.of(folder, NAME, PasswdFile::parse);
  }

  /** What stands in a site's file and is of no use, with its line; nobody is stopped by it. */
  public static List<SiteProblem> warnings(Site site) {
    if (site.accounts().isPresent()) {
      return List.of();
    }
    return switch (LiveFile.read(site.folder(), NAME, PasswdFile::parse)) {
      case Checked.Good<?>(_, List<SiteProblem> warnings) -> warnings;
      case Checked.Wrong<?>(List<SiteProblem> problems) -> problems;
    };
  }

  @Override
  public AccountAnswer find(EmailAddress address) {
    try {
      AccountAnswer found = file.value().get(address.key());
      return found == null ? UNKNOWN : found;
    } catch (UncheckedIOException _) {
      return new AccountAnswer.Away("the site's accounts cannot be read at this time");
    }
  }
}
