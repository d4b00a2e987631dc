package postbus.cli.exim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;

/** Translates access control: who is trusted, what is scanned, which lists are asked. */
final class Policies {
  private static final String SCORE =
      "condition = \\$\\{if >\\{\\$spam_score_int}\\{(\\d+)}\\{1}\\{0}}";

  private final EximConfig config;
  private final SiteDraft draft;
  private final Notes notes;
  private final List<String> trusted = new ArrayList<>();
  private boolean isScanned;

  Policies(EximConfig config, SiteDraft draft, Notes notes) {
    this.config = config;
    this.draft = draft;
    this.notes = notes;
  }

  /**
   * @param mass the listener for wiki mail, if there is one
   */
  void translate(Optional<String> mass, List<String> listeners) {
    config.statements.forEach(statement -> translate(statement, mass));
    listeners.forEach(name ->
        trusted.stream()
            .findFirst()
            .ifPresent(list -> draft.put(list, "listeners", name, "trust")));
    if (trusted.size() > 1) {
      notes.add("acl", "several lists of hosts are trusted, here only the first: " + trusted);
    }
    if (mass.isPresent() && !draft.has("listeners", mass.get(), "only-from")) {
      notes.add("acl", "anybody may connect to the listener " + mass.get() + "; give it only-from");
    }
    if (isScanned) {
      draft.put(
          config.main.take("spamd_address", "127.0.0.1 783").replaceFirst(" ", ":"),
          "spam",
          "servers");
    }
  }

  /** One that is none of these is told at the end. */
  private boolean translate(Statement statement, Optional<String> mass) {
    return isBuiltIn(statement)
        || isTrust(statement)
        || isSpam(statement)
        || isOther(statement)
        || isOnlyFrom(statement, mass);
  }

  /** What Postbus does without being told. */
  private static boolean isBuiltIn(Statement statement) {
    return statement.take("accept").isPresent()
        || statement
            .take("deny \\| local_parts = .*@%!/\\|.* \\| domains = \\+local_domains.*")
            .isPresent()
        || statement
            .take("deny.* \\| domains = \\+local_domains \\| local_parts = .*@%!/\\|.*")
            .isPresent()
        || statement.take("accept \\| hosts = :( \\| control = .*)?").isPresent()
        || statement.take("accept \\| authenticated = \\*.*").isPresent()
        || statement.take("require \\| verify = recipient").isPresent()
        || statement
            .take(
                "require (\\| message = .* )?\\| domains = \\+local_domains"
                    + " : \\+relay(_to)?_domains.*")
            .isPresent()
        || statement.take("accept \\| endpass \\| acl = spamassassin").isPresent();
  }

  private boolean isTrust(Statement statement) {
    Optional<MatchResult> hosts =
        statement.take("accept \\| hosts = \\+(\\w+)( \\| control = [^|]*)*");
    hosts
        .map(match -> NamedLists.ours(match.group(1)))
        .filter(list -> !trusted.contains(list))
        .ifPresent(trusted::add);
    return hosts.isPresent();
  }

  private boolean isOnlyFrom(Statement statement, Optional<String> mass) {
    return mass.isPresent()
        && statement
            .take(
                "deny \\| condition = \\$\\{if match_ip\\{\\$\\w+_address}\\{[^}]+}"
                    + "\\{true}\\{false}}"
                    + " \\| ! ?hosts = \\+(\\w+)")
            .map(match -> NamedLists.ours(match.group(1)))
            .map(list -> {
              draft.put(list, "listeners", mass.get(), "only-from");
              return list;
            })
            .isPresent();
  }

  private boolean isSpam(Statement statement) {
    return put(
            statement,
            "accept \\| condition = \\$\\{if >\\{\\$message_size}\\{(\\d+[KM]?)}(\\{1}\\{0})?}",
            "size-max")
        || put(
            statement,
            "warn (?:\\| message = .* )?\\| spam = \\S+ \\| "
                + SCORE
                + "( \\| add_header = X-Spam-.*)*",
            "mark-above")
        || put(
            statement,
            "deny (?:\\| message = .* )?\\| spam = \\S+ \\| " + SCORE + "( \\| message = .*)?",
            "refuse-above");
  }

  private boolean put(Statement statement, String form, String key) {
    Optional<MatchResult> match = statement.take(form);
    match.ifPresent(found -> {
      isScanned = true;
      String value = found.group(1);
      boolean isScore = key.endsWith("above");
      draft.put(isScore ? Double.valueOf(Integer.parseInt(value) / 10.0) : value, "spam", key);
    });
    return match.isPresent();
  }

  private boolean isOther(Statement statement) {
    Optional<MatchResult> lists =
        statement.take(
            "deny (?:\\| message = .* )?\\| dnslists = ([a-zA-Z0-9.: -]+)( \\| message = .*)?");
    lists.ifPresent(match ->
        EximList.of(match.group(1))
            .forEach(zone -> draft.put(zone, "block-lists", zone.replace('.', '-'), "zone")));
    boolean isMalware =
        statement
            .take("deny (?:\\| message = .* )?\\| malware = \\*(/defer_ok)?( \\| message = .*)?")
            .isPresent();
    if (isMalware) {
      String scanner = config.main.take("av_scanner", "clamd:/run/clamav/clamd.ctl");
      draft.put(scanner.replaceFirst("^clamd:", "").replaceFirst(" ", ":"), "virus", "servers");
    }
    return lists.isPresent() || isMalware;
  }
}
