package postbus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import postbus.accounts.Account;
import postbus.accounts.AccountBook;
import postbus.accounts.PasswordHash;
import postbus.accounts.QuotaRule;
import postbus.mail.EmailAddress;
import postbus.site.Database;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteReader;

/**
 * Looks after the accounts of a site, in its file or its table. A change counts for the next mail
 * and the next login (for the table within {@code accounts.keep}), with no further step.
 */
@Command(
    name = "account",
    description = {
      "Look after who has a mailbox here, and by which password.",
      "Passwords are read from the terminal, or are a line of standard input."
    })
final class AccountCommand implements Runnable {

  @Option(
      names = "--site",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:POSTBUS_SITE:-site}",
      description = "The site folder (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of("site");

  @Option(
      names = "--database-user",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Who changes the table of MySQL, instead of accounts.user.")
  private @Nullable String user;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "A file whose first line is that user's password.")
  private @Nullable Path passwordFile;

  @Spec private @Nullable CommandSpec spec;

  /** What is done with the accounts. */
  private interface Change {
    boolean to(AccountBook book, EmailAddress address) throws IOException;
  }

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "which command?");
  }

  @Command(name = "add", description = "Make an account, with the password that is read.")
  int add(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(
              names = "--quota",
              paramLabel = "SIZE",
              description = "Such as 500M or 1G, or unlimited (default: that of the site).")
          @Nullable String quota)
      throws IOException, InvalidSite {
    OptionalLong octets = quota == null ? OptionalLong.empty() : size(quota);
    EmailAddress added = NewPassword.address(spec(), address);
    try (AccountBook book = book()) {
      if (book.has(added)) {
        return failed("there is an account " + added + " already");
      }
      String hash = PasswordHash.make(NewPassword.read(System.in));
      return book.add(added, hash, octets)
          ? done("added " + added + "; its mail: ./postbus route " + added)
          : failed("there is an account " + added + " already");
    }
  }

  @Command(name = "passwd", description = "Give an account the password that is read.")
  int passwd(@Parameters(paramLabel = "ADDRESS") String address) throws IOException, InvalidSite {
    return change(
        address,
        "has a new password",
        (book, account) -> {
          if (!book.has(account)) {
            return false; // Before anybody is asked for a password.
          }
          return book.password(account, PasswordHash.make(NewPassword.read(System.in)));
        });
  }

  @Command(name = "quota", description = "Set the quota of a mailbox.")
  int quota(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Parameters(
              paramLabel = "SIZE",
              description =
                  "Such as 500M or 1G (none is KiB, as with Dovecot); 0 or unlimited; or site: that"
                      + " of the site.")
          String quota)
      throws IOException, InvalidSite {
    OptionalLong octets = quota.equals("site") ? OptionalLong.empty() : size(quota);
    return change(
        address, "has a quota of " + print(octets), (book, account) -> book.quota(account, octets));
  }

  @Command(name = "disable", description = "Let nobody log in; mail is still delivered.")
  int disable(@Parameters(paramLabel = "ADDRESS") String address) throws IOException, InvalidSite {
    return change(address, "is disabled", (book, account) -> book.logIn(account, false));
  }

  @Command(name = "enable", description = "Let it log in again.")
  int enable(@Parameters(paramLabel = "ADDRESS") String address) throws IOException, InvalidSite {
    return change(address, "is enabled", (book, account) -> book.logIn(account, true));
  }

  @Command(
      name = "remove",
      description = "Remove an account: mail for it is refused; its mailbox stays on the disk.")
  int remove(@Parameters(paramLabel = "ADDRESS") String address) throws IOException, InvalidSite {
    return change(address, "is removed", AccountBook::remove);
  }

  @Command(name = "list", description = "Show all accounts, without their passwords.")
  int list(@Option(names = "--json", description = "One JSON object a line.") boolean json)
      throws IOException, InvalidSite {
    try (AccountBook book = book()) {
      List<Account> accounts = book.list();
      if (json) {
        accounts.forEach(account -> out().println(AccountJson.of(account)));
        return 0;
      }
      Table table = new Table("ADDRESS", "LOGIN", "QUOTA");
      accounts.forEach(account ->
          table.row(account.address().toString(), logIn(account), print(account.quotaOctets())));
      table.print(out());
      return 0;
    }
  }

  @Command(
      name = "migrate",
      description = "Make the table of MySQL on the first server, or bring it up to date.")
  int migrate() throws IOException, InvalidSite {
    Optional<Database> database = database(SiteReader.readSettings(folder));
    return database.isPresent()
        ? done(Migration.run(database.get()))
        : failed("the accounts of " + folder + " are in its file: postbus.yaml has no accounts");
  }

  private int change(String address, String what, Change change) throws IOException, InvalidSite {
    EmailAddress account = NewPassword.address(spec(), address);
    try (AccountBook book = book()) {
      return change.to(book, account)
          ? done(account + " " + what)
          : failed("there is no account " + account);
    }
  }

  /** Whether a login helps, and if not, why. */
  static String logIn(Account account) {
    if (account.password().isEmpty()) {
      return "no password";
    }
    if (account.password().get().problem().isPresent()) {
      return "unknown " + account.password().get();
    }
    return account.mayLogIn() ? "yes " + account.password().get() : "disabled";
  }

  private static String print(OptionalLong octets) {
    if (octets.isEmpty()) {
      return "the site's";
    }
    return octets.getAsLong() == 0 ? "unlimited" : QuotaRule.print(octets.getAsLong());
  }

  private OptionalLong size(String text) {
    OptionalLong octets = QuotaRule.size(text);
    if (octets.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(), "expected a size such as 500M or unlimited, found " + text);
    }
    return octets;
  }

  private AccountBook book() throws InvalidSite {
    Site site = SiteReader.readSettings(folder);
    return AccountBook.of(site.folder(), database(site));
  }

  private Optional<Database> database(Site site) {
    return site.accounts()
        .map(asked ->
            asked.as(
                Objects.requireNonNullElse(user, asked.user()),
                Optional.ofNullable(passwordFile)
                    .map(Path::toAbsolutePath)
                    .or(asked::passwordFile)));
  }

  private int done(String what) {
    out().println(what);
    return 0;
  }

  private int failed(String why) {
    err().println(why);
    return Postbus.FAILED;
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
