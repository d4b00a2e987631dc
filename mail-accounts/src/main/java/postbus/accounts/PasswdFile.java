package postbus.accounts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import postbus.accounts.AccountAnswer.Found;
import postbus.mail.EmailAddress;
import postbus.site.Checked;
import postbus.site.LookupFile;
import postbus.site.SiteProblem;

/**
 * Dovecot's passwd-file: {@code user:password:uid:gid:gecos:home:shell:extra_fields}, where later
 * fields may be missing. Names are found as Exim's lsearch finds them, as {@link LookupFile} says;
 * where Dovecot would not find one, a warning says so. Of the extra fields, {@code nologin} and
 * {@code userdb_quota_rule} count here. No mistake in one account stops another.
 */
final class PasswdFile {
  /** Fields before the extra ones, the user's name not counted. */
  static final int PLAIN_FIELDS = 6;

  static final String NO_LOGIN = "nologin";
  static final String QUOTA_RULE = "userdb_quota_rule";

  private final String name;
  private final Map<String, Integer> lines;
  private final List<SiteProblem> warnings = new ArrayList<>();

  private PasswdFile(String name, Map<String, Integer> lines) {
    this.name = name;
    this.lines = lines;
  }

  /**
   * The accounts by the keys of their addresses, in the order of the file.
   *
   * @param name how warnings call the file
   */
  static Checked<Map<String, Found>> parse(String name, List<String> lines) {
    return LookupFile.parse(name, lines, PasswdFile::wrong)
        .then(file -> new PasswdFile(name, file.lines()).accounts(file.entries()));
  }

  private static Optional<String> wrong(String user) {
    if (EmailAddress.parse(user).isEmpty()) {
      return Optional.of("\"" + user + "\", expected user@domain:{SCHEME}hash");
    }
    return EmailAddress.lowerCase(user).equals(user)
        ? Optional.empty()
        : Optional.of(user + " has capital letters, which Dovecot does not look for");
  }

  private Checked<Map<String, Found>> accounts(Map<String, String> entries) {
    Map<String, Found> accounts = LinkedHashMap.newLinkedHashMap(entries.size());
    lines.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .forEach(user ->
            EmailAddress.parse(user)
                .ifPresent(address ->
                    accounts.put(
                        user, new Found(account(address, entries.getOrDefault(user, ""))))));
    return new Checked.Good<>(accounts, warnings);
  }

  private Account account(EmailAddress address, String data) {
    String[] fields = data.split(":", PLAIN_FIELDS + 1);
    Optional<PasswordHash> password =
        fields[0].isEmpty() ? Optional.empty() : Optional.of(PasswordHash.of(fields[0]));
    password
        .flatMap(PasswordHash::problem)
        .ifPresent(why -> warn(address, address + " cannot log in: " + why));
    OptionalLong quota = OptionalLong.empty();
    boolean mayLogIn = true;
    for (String extra : extraFields(fields)) {
      if (extra.startsWith(QUOTA_RULE + "=")) {
        quota = quota(address, extra.substring(QUOTA_RULE.length() + 1));
      } else if (extra.equals(NO_LOGIN) || extra.startsWith(NO_LOGIN + "=")) {
        mayLogIn = false;
      }
    }
    return new Account(address, password, quota, mayLogIn);
  }

  private static String[] extraFields(String[] fields) {
    return fields.length <= PLAIN_FIELDS ? new String[0] : fields[PLAIN_FIELDS].split(" ");
  }

  private OptionalLong quota(EmailAddress address, String rule) {
    OptionalLong quota = QuotaRule.octets(rule);
    if (quota.isEmpty()) {
      warn(address, QUOTA_RULE + " is \"" + rule + "\", expected one such as *:storage=500M");
    }
    return quota;
  }

  private void warn(EmailAddress address, String what) {
    warnings.add(new SiteProblem(name, lines.getOrDefault(address.toString(), 0), what));
  }
}
