package postbus.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import postbus.accounts.AccountAnswer;
import postbus.accounts.Accounts;
import postbus.mail.EmailAddress;
import postbus.site.AliasFile;
import postbus.site.Database;
import postbus.site.DomainList;
import postbus.site.LiveFiles;
import postbus.site.Pipe;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;
import postbus.site.Site;
import postbus.site.SiteProblem;
import postbus.site.SiteReader;
import postbus.site.alias.AliasTargets;
import postbus.site.alias.Includes;
import postbus.site.alias.Target;

/**
 * Judges the right-hand sides of all aliases of a good site, before mail meets them. It asks
 * neither DNS nor a database.
 */
public final class AliasReview {
  /** Stands for the domain that a target does not have; nobody's (RFC 2606). */
  private static final String NO_DOMAIN = "target-without-a-domain.invalid";

  private static final Accounts UNASKED = _ -> new AccountAnswer.Away("not asked");

  private final Site site;
  private final LiveFiles files;
  private final Accounts accounts;
  private final Includes includes;
  private final List<SiteProblem> mistakes = new ArrayList<>();
  private final List<SiteProblem> warnings = new ArrayList<>();

  /**
   * What was found.
   *
   * @param mistakes mail for these aliases waits until they are mended
   * @param warnings targets that lead nowhere, or not yet
   */
  public record Findings(List<SiteProblem> mistakes, List<SiteProblem> warnings) {
    public Findings {
      mistakes = List.copyOf(mistakes);
      warnings = List.copyOf(warnings);
    }
  }

  /** An alias: where it stands and whose it is. */
  private record Alias(String file, int line, String name, String domain, Optional<String> link) {
    SiteProblem problem(String what) {
      return new SiteProblem(file, line, "\"" + name + "\" " + what);
    }
  }

  private AliasReview(Site site) {
    this.site = site;
    files = new LiveFiles(site.folder());
    // A database is not asked: it could have any address.
    accounts = site.accounts().isPresent() ? UNASKED : Accounts.of(site);
    includes = new Includes(site.folder());
  }

  /** Reads all alias files. */
  public static Findings of(Site site) {
    AliasReview review = new AliasReview(site);
    SiteReader.aliases(site).forEach(review::file);
    return new Findings(review.mistakes, review.warnings);
  }

  private void file(String domain, AliasFile aliases) {
    Path path = site.folder().resolve("aliases").resolve(domain);
    Optional<String> link = linkedTo(path);
    aliases.lines().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(key -> {
          Alias alias = new Alias("aliases/" + domain, key.getValue(), key.getKey(), domain, link);
          aliases.target(alias.name()).ifPresent(text -> judge(alias, text));
        });
  }

  /** The file of the site that a link leads to; what is wrong in that is said there. */
  private Optional<String> linkedTo(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? Optional.of(site.folder().toRealPath().relativize(path.toRealPath()).toString())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void judge(Alias alias, String text) {
    switch (AliasTargets.parse(text, NO_DOMAIN, includes)) {
      case AliasTargets.Some(List<Target> targets) -> targets.forEach(to -> target(alias, to));
      case AliasTargets.Fail(var _, List<Target> before) -> before.forEach(to -> target(alias, to));
      case AliasTargets.Wrong(String why) -> {
        if (alias.link().isEmpty()) {
          mistakes.add(alias.problem("makes its mail wait: " + why + ", expected targets"));
        }
      }
      case AliasTargets.None _, AliasTargets.Defer _, AliasTargets.Blackhole _ -> {}
    }
  }

  private void target(Alias alias, Target target) {
    switch (target) {
      case Target.Address(EmailAddress address) when address.domain().equals(NO_DOMAIN) ->
          unqualified(alias, new EmailAddress(address.localPart(), alias.domain()));
      case Target.Address _ -> {}
      case Target.Pipe(String command) -> {
        if (alias.link().isEmpty() && Pipe.of(command, site.pipes()).isEmpty()) {
          warnings.add(
              alias.problem("pipes to " + command + ", which no entry of pipes allows; it waits"));
        }
      }
      case Target.File(String path) -> {
        if (alias.link().isEmpty()) {
          warnings.add(
              alias.problem("leads to the file " + path + ", which is never written; it waits"));
        }
      }
    }
  }

  /** As in the seed: what a file says for its own domain need not be there for a linked one. */
  private void unqualified(Alias alias, EmailAddress address) {
    if (isHere(address) || (alias.link().isEmpty() && mayBeQueue())) {
      return;
    }
    String why =
        alias.link().map(file -> " lacks (the file is a link to " + file + ")").orElse(" lacks");
    warnings.add(
        alias.problem(
            "leads to "
                + address.localPart()
                + ", which the domain "
                + address.domain()
                + why
                + ", expected a target with its domain"));
  }

  private boolean isHere(EmailAddress address) {
    String name = EmailAddress.lowerCase(address.unquotedLocalPart());
    return files.alias(address.domain(), address.unquotedLocalPart()).isPresent()
        || !(accounts.find(address) instanceof AccountAnswer.Unknown)
        || isListedQueue(address)
        || (isLegacy(address.domain()) && files.isLegacyList(LegacyListRouter.listName(name)));
  }

  private boolean isLegacy(String domain) {
    return Optional.ofNullable(site.domainLists().get(DomainList.LEGACY))
        .filter(list -> files.contains(list, domain))
        .isPresent();
  }

  private boolean isListedQueue(EmailAddress address) {
    return otrs()
        .filter(
            source -> source instanceof OtrsSource.File(Path file) && files.holds(file, address))
        .isPresent();
  }

  /** Whether OTRS's database could know the address. */
  private boolean mayBeQueue() {
    return otrs().filter(Database.class::isInstance).isPresent();
  }

  private Optional<OtrsSource> otrs() {
    return site.routing().otrs().map(Otrs::source);
  }
}
