package postbus.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import postbus.mail.EmailAddress;

/**
 * The right-hand side of an alias, read as Exim reads a redirection list: items between commas or
 * line ends, {@code #} comments; addresses with or without display name, {@code |command}, {@code
 * /file}, {@code :include:/file}. {@code :fail: text}, {@code :defer: text} and {@code :blackhole:}
 * decide for the whole list wherever they stand; their text goes on to the end.
 */
sealed interface AliasTargets {
  /** Files that include files: how deep. */
  int INCLUDE_DEPTH_MAX = 10;

  /** At least one target. */
  record Some(List<Target> targets) implements AliasTargets {
    public Some {
      targets = List.copyOf(targets);
    }
  }

  /** An empty list: as if there were no alias. */
  record None() implements AliasTargets {}

  /** Refused with this text; it may be empty. */
  record Fail(String text) implements AliasTargets {}

  /** Put off with this text; it may be empty. */
  record Defer(String text) implements AliasTargets {}

  /** Thrown away. */
  record Blackhole() implements AliasTargets {}

  /** Not to be understood, for this reason. */
  record Wrong(String why) implements AliasTargets {}

  /**
   * Reads a right-hand side.
   *
   * @param domain to which addresses without one belong
   */
  static AliasTargets parse(String text, String domain, Includes includes) {
    List<Target> targets = new ArrayList<>();
    Optional<AliasTargets> special = collect(text, domain, includes, 0, targets);
    return special.orElseGet(() -> targets.isEmpty() ? new None() : new Some(targets));
  }

  /** Adds the items of a list to the targets; what is returned decides instead of them. */
  private static Optional<AliasTargets> collect(
      String text, String domain, Includes includes, int depth, List<Target> targets) {
    int at = AliasItems.skipSeparators(text, 0);
    while (at < text.length()) {
      int end = AliasItems.end(text, at);
      String item = AliasItems.unquoted(text.substring(at, end).strip());
      Optional<AliasTargets> special = special(item, text.substring(at));
      if (special.isEmpty()) {
        special =
            item.startsWith(":include:")
                ? include(item.substring(9).strip(), domain, includes, depth, targets)
                : add(item, domain, targets);
      }
      if (special.isPresent()) {
        return special;
      }
      at = AliasItems.skipSeparators(text, end);
    }
    return Optional.empty();
  }

  private static Optional<AliasTargets> special(String item, String rest) {
    if (item.startsWith(":fail:")) {
      return Optional.of(new Fail(wording(rest)));
    }
    if (item.startsWith(":defer:")) {
      return Optional.of(new Defer(wording(rest)));
    }
    return item.startsWith(":blackhole:") ? Optional.of(new Blackhole()) : Optional.empty();
  }

  /** What follows the keyword, in one line: it becomes part of an SMTP reply. */
  private static String wording(String rest) {
    int colon = rest.indexOf(':', rest.indexOf(':') + 1);
    return rest.substring(colon + 1).strip().replaceAll("\\p{Cntrl}+", " ");
  }

  private static Optional<AliasTargets> include(
      String name, String domain, Includes includes, int depth, List<Target> targets) {
    if (depth == INCLUDE_DEPTH_MAX) {
      return Optional.of(new Wrong("files include each other too deeply at " + name));
    }
    return switch (includes.read(name)) {
      case Includes.Included.Text(String text) ->
          collect(text, domain, includes, depth + 1, targets);
      case Includes.Included.Refused(String why) -> Optional.of(new Wrong(why));
    };
  }

  private static Optional<AliasTargets> add(String item, String domain, List<Target> targets) {
    String bare = item.startsWith("\\") ? item.substring(1) : item;
    Optional<String> written = AliasItems.address(bare);
    Optional<EmailAddress> whole = written.flatMap(EmailAddress::parse);
    if (whole.isEmpty() && item.startsWith("|")) {
      targets.add(new Target.Pipe(item.substring(1).strip()));
    } else if (whole.isEmpty() && item.startsWith("/")) {
      targets.add(new Target.File(item));
    } else if (written.isEmpty()) {
      return Optional.of(new Wrong("\"" + item + "\" is no address"));
    } else if (!written.get().isEmpty()) {
      targets.add(
          new Target.Address(whole.orElseGet(() -> new EmailAddress(written.get(), domain))));
    }
    return Optional.empty();
  }
}
