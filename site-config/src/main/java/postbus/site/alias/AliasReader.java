package postbus.site.alias;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import postbus.mail.EmailAddress;
import postbus.site.alias.AddressText.Extracted;

/** One reading of a right-hand side, with the files that it includes. */
final class AliasReader {
  /** Targets of one alias. */
  static final int TARGETS_MAX = 10_000;

  /** Files that one alias includes, also those that include each other. */
  static final int INCLUDES_MAX = 100;

  private static final String INCLUDE = ":include:";

  /** What Exim takes for a filter, which this is not the place for. */
  private static final Pattern FILTER =
      Pattern.compile("\\s*#[ \\t]*(?:exim|sieve)[ \\t]*filter.*", Pattern.CASE_INSENSITIVE);

  private final String domain;
  private final Includes includes;
  private int included;

  AliasReader(String domain, Includes includes) {
    this.domain = domain;
    this.includes = includes;
  }

  AliasTargets read(String text) {
    if (text.indexOf('#') >= 0 && FILTER.matcher(text).lookingAt()) {
      return new AliasTargets.Wrong("an alias is no filter");
    }
    List<Target> targets = new ArrayList<>();
    return collect(text, targets)
        .orElseGet(
            () -> targets.isEmpty() ? new AliasTargets.None() : new AliasTargets.Some(targets));
  }

  /** Adds the items of a list to the targets; what is returned decides instead of them. */
  private Optional<AliasTargets> collect(String text, List<Target> targets) {
    int at = AliasItems.skipSeparators(text, 0);
    while (at < text.length()) {
      int end = AliasItems.end(text, at);
      Optional<AliasTargets> decided = item(text, at, end, targets);
      if (decided.isPresent()) {
        return decided;
      }
      if (targets.size() > TARGETS_MAX) {
        return wrong("more than " + TARGETS_MAX + " targets");
      }
      at = AliasItems.skipSeparators(text, end);
    }
    return Optional.empty();
  }

  private Optional<AliasTargets> item(String text, int from, int to, List<Target> targets) {
    String whole = AliasItems.strip(text, from, to);
    boolean isQuoted = whole.startsWith("\"") && whole.endsWith("\"");
    String item = isQuoted ? AliasItems.strip(whole, 1, Math.max(1, whole.length() - 1)) : whole;
    if (":unknown:".startsWith(item)) {
      return Optional.empty(); // Exim's word for an empty list, or its beginning.
    }
    if (item.startsWith(":fail:")) {
      return Optional.of(new AliasTargets.Fail(wording(text, from), targets));
    }
    if (item.startsWith(":defer:")) {
      return Optional.of(new AliasTargets.Defer(wording(text, from)));
    }
    if (item.startsWith(":blackhole:")) {
      return Optional.of(new AliasTargets.Blackhole());
    }
    return item.startsWith(INCLUDE)
        ? include(AliasItems.strip(item, INCLUDE.length(), item.length()), targets)
        : target(item, isQuoted, targets);
  }

  /** What follows the keyword, of its first line: it becomes part of an SMTP reply. */
  private static String wording(String text, int from) {
    int colon = text.indexOf(':', text.indexOf(':', from) + 1);
    String rest = AliasItems.strip(text, colon + 1, text.length());
    int newline = rest.indexOf('\n');
    return (newline < 0 ? rest : rest.substring(0, newline)).replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private Optional<AliasTargets> include(String name, List<Target> targets) {
    included++;
    if (included > INCLUDES_MAX) {
      return wrong("more than " + INCLUDES_MAX + " included files, the last one " + name);
    }
    return switch (includes.read(name)) {
      case Includes.Included.Text(String text) -> included(text, targets);
      case Includes.Included.Refused(String why) -> wrong(why);
    };
  }

  /** Of a file that fails, as with Exim, no target counts. */
  private Optional<AliasTargets> included(String text, List<Target> targets) {
    int before = targets.size();
    Optional<AliasTargets> decided = collect(text, targets);
    return decided
        .filter(AliasTargets.Fail.class::isInstance)
        .map(AliasTargets.Fail.class::cast)
        .<AliasTargets>map(fail -> new AliasTargets.Fail(fail.text(), targets.subList(0, before)))
        .or(() -> decided);
  }

  private Optional<AliasTargets> target(String item, boolean isQuoted, List<Target> targets) {
    if (item.startsWith("\\")
        && AddressText.extract(item.substring(1))
            instanceof Extracted.Address(String name, Optional<String> none)
        && none.isEmpty()) {
      targets.add(new Target.Address(new EmailAddress(name, domain)));
      return Optional.empty();
    }
    Extracted read = AddressText.extract(item);
    boolean isFull = read instanceof Extracted.Address address && address.domain().isPresent();
    if (!isFull && (item.startsWith("|") || item.startsWith("/"))) {
      targets.add(local(isQuoted ? item.replaceAll("\\\\(.?)", "$1") : item));
      return Optional.empty();
    }
    return switch (read) {
      case Extracted.Address(String localPart, Optional<String> itsDomain) -> {
        targets.add(new Target.Address(new EmailAddress(localPart, itsDomain.orElse(domain))));
        yield Optional.empty();
      }
      case Extracted.Nothing() -> Optional.empty();
      case Extracted.Wrong(String why) -> wrong("\"" + item + "\" is no address: " + why);
    };
  }

  private static Target local(String item) {
    return item.startsWith("|") ? new Target.Pipe(item.substring(1)) : new Target.File(item);
  }

  private static Optional<AliasTargets> wrong(String why) {
    return Optional.of(new AliasTargets.Wrong(why));
  }
}
