package postbus.accounts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import postbus.mail.EmailAddress;
import postbus.site.Checked;
import postbus.site.SiteProblem;

/**
 * Dovecot's passwd-file, read as Dovecot 2.3 reads it: {@code
 * user:password:uid:gid:gecos:home:shell:extra_fields}, where later fields may be missing. Lines
 * that are empty, or begin with {@code #} or a colon, say nothing; the first line of a user counts.
 *
 * <p>Of the extra fields, {@code nologin} and {@code userdb_quota_rule} count here. A line of no
 * use is a warning: no mistake in one account stops another.
 */
final class PasswdFile {
  /** Fields before the extra ones. */
  static final int PLAIN_FIELDS = 7;

  static final String NO_LOGIN = "nologin";
  static final String QUOTA_RULE = "userdb_quota_rule";

  private final String name;
  private final Map<String, AccountAnswer.Found> accounts = new HashMap<>();
  private final Map<String, Integer> lineOf = new HashMap<>();
  private final List<SiteProblem> warnings = new ArrayList<>();

  private PasswdFile(String name) {
    this.name = name;
  }

  /**
   * The accounts by the keys of their addresses.
   *
   * @param name how warnings call the file
   */
  static Checked<Map<String, AccountAnswer.Found>> parse(String name, List<String> lines) {
    PasswdFile file = new PasswdFile(name);
    int number = 0;
    for (String line : lines) {
      number++;
      if (isEntry(line)) {
        file.entry(number, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
      }
    }
    return new Checked.Good<>(Map.copyOf(file.accounts), file.warnings);
  }

  /** Whether a line is about a user. */
  static boolean isEntry(String line) {
    return !line.isBlank() && line.charAt(0) != '#' && line.charAt(0) != ':';
  }

  private void entry(int number, String line) {
    String[] fields = line.split(":", PLAIN_FIELDS + 1);
    Optional<EmailAddress> address = address(fields[0]);
    if (address.isEmpty()) {
      warn(number, "\"" + fields[0] + "\", expected user@domain:{SCHEME}hash");
      return;
    }
    Integer first = lineOf.putIfAbsent(address.get().key(), number);
    if (first != null) {
      warn(number, fields[0] + " stands in line " + first + " already, and the first one counts");
      return;
    }
    if (!fields[0].equals(address.get().key())) {
      warn(number, fields[0] + " has capital letters, which Dovecot does not look for");
    }
    Optional<PasswordHash> password =
        fields.length < 2 || fields[1].isEmpty()
            ? Optional.empty()
            : Optional.of(PasswordHash.of(fields[1]));
    password
        .flatMap(PasswordHash::problem)
        .ifPresent(why -> warn(number, fields[0] + " cannot log in: " + why));
    accounts.put(address.get().key(), account(number, address.get(), password, fields));
  }

  private AccountAnswer.Found account(
      int number, EmailAddress address, Optional<PasswordHash> password, String[] fields) {
    OptionalLong quota = OptionalLong.empty();
    boolean mayLogIn = true;
    for (String extra : extraFields(fields)) {
      if (extra.startsWith(QUOTA_RULE + "=")) {
        String rule = extra.substring(QUOTA_RULE.length() + 1);
        quota = QuotaRule.octets(rule);
        if (quota.isEmpty()) {
          warn(number, QUOTA_RULE + " is \"" + rule + "\", expected one such as *:storage=500M");
        }
      } else if (extra.equals(NO_LOGIN) || extra.startsWith(NO_LOGIN + "=")) {
        mayLogIn = false;
      }
    }
    return new AccountAnswer.Found(new Account(address, password, quota, mayLogIn));
  }

  private static String[] extraFields(String[] fields) {
    return fields.length <= PLAIN_FIELDS ? new String[0] : fields[PLAIN_FIELDS].split(" ");
  }

  /** An address as mail has it: the user's name in lower case, quotes off. */
  private static Optional<EmailAddress> address(String user) {
    return EmailAddress.parse(user)
        .filter(parsed -> user.chars().noneMatch(c -> c <= ' '))
        .flatMap(parsed -> EmailAddress.parse(parsed.key()));
  }

  private void warn(int line, String what) {
    warnings.add(new SiteProblem(name, line, what));
  }
}
