package postbus.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import postbus.mail.EmailAddress;
import postbus.site.BlockList.Action;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;
import postbus.site.RoutingRules.WikiMail;
import postbus.site.Site.Pool;

/** What the settings name and is not there, or cannot have been meant; it stops no start. */
final class SettingWarnings {
  private SettingWarnings() {}

  static List<SiteProblem> of(Site site) {
    List<SiteProblem> warnings = new ArrayList<>();
    domains(site, warnings);
    site.routing().otrs().map(Otrs::source).ifPresent(source -> otrs(source, site, warnings));
    site.accounts().ifPresent(database -> password(database, site, warnings));
    site.pipes().values().forEach(pipe -> command(pipe, warnings));
    site.routing().wikiMail().ifPresent(wiki -> signed(wiki, site, warnings));
    TlsFiles.warning(site.listeners().values(), site.folder()).ifPresent(warnings::add);
    scanners(site, warnings);
    return warnings;
  }

  /** By names alone; what is in files changes while it runs. */
  private static void domains(Site site, List<SiteProblem> warnings) {
    Set<String> local = names(site, DomainList.LOCAL);
    for (String domain : new TreeSet<>(names(site, DomainList.RELAY))) {
      if (local.contains(domain)) {
        warn(
            warnings,
            domain
                + " is in local-domains and in relay-domains, expected one of them; it is local");
      }
    }
    for (String domain : new TreeSet<>(site.routing().routes().keySet())) {
      if (local.contains(domain)) {
        warn(warnings, "routes." + domain + " is never used: " + domain + " is in local-domains");
      }
    }
  }

  private static Set<String> names(Site site, String list) {
    return Optional.ofNullable(site.domainLists().get(list))
        .map(DomainList::names)
        .orElse(Set.of());
  }

  private static void otrs(OtrsSource source, Site site, List<SiteProblem> warnings) {
    if (source instanceof Database database) {
      password(database, site, warnings);
    }
  }

  private static void password(Database database, Site site, List<SiteProblem> warnings) {
    database.passwordFile().ifPresent(file -> password(file, site, warnings));
  }

  private static void password(Path file, Site site, List<SiteProblem> warnings) {
    String name = site.folder().relativize(file).toString();
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        warnings.add(
            new SiteProblem(
                name, 0, "can be read by every user of this host, expected the password for us"));
      }
    } catch (IOException e) {
      warnings.add(
          new SiteProblem(
              name, 0, "cannot be read, expected the password for a database: " + e.getMessage()));
    } catch (UnsupportedOperationException _) {
      // Who may read a file is then not for this file system to say.
    }
  }

  private static void command(Pipe pipe, List<SiteProblem> warnings) {
    String found =
        !Files.exists(pipe.command())
            ? "is missing"
            : Files.isRegularFile(pipe.command()) && Files.isExecutable(pipe.command())
                ? ""
                : "cannot be executed";
    if (!found.isEmpty()) {
      String setting = "pipes." + pipe.name() + ".command: " + pipe.command();
      warn(warnings, setting + " " + found + ", expected a program; its mail waits");
    }
  }

  /** The session would not hear the verdict of a scanner that is away. */
  private static void scanners(Site site, List<SiteProblem> warnings) {
    Duration spam =
        site.scanners().spam().map(rule -> rule.asking().answerWait()).orElse(Duration.ZERO);
    Duration all =
        site.scanners().virus().map(rule -> spam.plus(rule.asking().answerWait())).orElse(spam);
    Duration left = leftForScanners(site);
    if (!all.isZero() && all.compareTo(left) >= 0) {
      warn(
          warnings,
          "spam.wait and virus.wait are "
              + Notation.print(all)
              + " together, expected less than the "
              + Notation.print(left)
              + " that lists and authentication leave of sessions.verdict-wait; mail is taken"
              + " unjudged while a scanner is away");
    }
  }

  private static Duration leftForScanners(Site site) {
    SessionLimits sessions = site.sessions();
    boolean marks =
        site.clients().blockLists().stream().anyMatch(list -> list.action() == Action.MARK);
    Duration lists = marks ? sessions.listMarkWait() : Duration.ZERO;
    Duration origin =
        site.clients().authentication().isOff() ? Duration.ZERO : sessions.originWait();
    return sessions.verdictWait().minus(lists).minus(origin);
  }

  /** A pool that signs at all is meant to sign the mail that it is there for. */
  private static void signed(WikiMail wiki, Site site, List<SiteProblem> warnings) {
    List<SigningKey> keys =
        Optional.ofNullable(site.pools().get(wiki.pool())).map(Pool::dkim).orElse(List.of());
    for (String sender : wiki.senders()) {
      String domain = EmailAddress.of(sender).domain();
      if (!keys.isEmpty() && keys.stream().noneMatch(key -> key.signs(domain))) {
        warn(
            warnings,
            "wiki-mail.senders: "
                + sender
                + " is signed by none of pools."
                + wiki.pool()
                + ".dkim,"
                + " expected a key for "
                + domain);
      }
    }
  }

  private static void warn(List<SiteProblem> warnings, String what) {
    warnings.add(new SiteProblem(Reading.FILE, 0, what));
  }
}
