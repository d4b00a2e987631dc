package postbus.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import postbus.mail.EmailAddress;
import postbus.site.WatchedFile.Absence;

/**
 * What administrators edit while it runs: aliases, legacy mailing lists, files of domains and of
 * addresses. A change counts at most 0.01 s after it was saved, with no further step; look-ups read
 * no file that did not change.
 *
 * <p>A file that turned wrong keeps its last good version in force, and the log says so. Where
 * there is no good version yet, a look-up throws {@link UncheckedIOException}: nobody can know, so
 * the mail is deferred. All look-ups are blind to the case of ASCII letters. For any number of
 * threads.
 */
public final class LiveFiles {
  private final Path aliases;
  private final Path folder;
  private final WatchedFile<Set<String>> legacyLists;
  // Bounded: by the files that postbus.yaml names, and by the alias files that there were.
  private final Map<Path, WatchedFile<Set<String>>> domainFiles = new ConcurrentHashMap<>();
  private final Map<Path, WatchedFile<Set<String>>> addressFiles = new ConcurrentHashMap<>();
  private final Map<String, WatchedFile<AliasFile>> aliasFiles = new ConcurrentHashMap<>();

  /**
   * @param folder of the site
   */
  public LiveFiles(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    aliases = this.folder.resolve(SiteFiles.ALIASES);
    legacyLists = watch(SiteFiles.LEGACY_LISTS, NameFile::lists, Absence.WRONG);
  }

  /** Whether a domain is in a list, by its names or its files; not by {@code @mx_primary}. */
  public boolean contains(DomainList list, String domain) {
    String name = domain.toLowerCase(Locale.ROOT);
    if (list.names().contains(name)) {
      return true;
    }
    for (Path file : list.files()) {
      if (isIn(domainFiles.computeIfAbsent(file, this::domainFile), name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is a file {@code aliases/DOMAIN}. */
  public boolean hasAliasFile(String domain) {
    return aliasFile(domain).isPresent();
  }

  /**
   * The right-hand side that {@code aliases/DOMAIN} has for a local part, as it is written there,
   * continuation lines joined; empty if there is no such file or entry.
   *
   * @param localPart without the quotes of RFC 5321's Quoted-string
   */
  public Optional<String> alias(String domain, String localPart) {
    return aliasFile(domain).flatMap(file -> file.target(localPart));
  }

  /** Whether a file of addresses holds this one. @param file that postbus.yaml names */
  public boolean holds(Path file, EmailAddress address) {
    return isIn(addressFiles.computeIfAbsent(file, this::addressFile), address.key());
  }

  /** Whether a mailing list of this name, without suffixes, once lived on the legacy domains. */
  public boolean isLegacyList(String name) {
    return isIn(legacyLists, EmailAddress.lowerCase(name));
  }

  private Optional<AliasFile> aliasFile(String domain) {
    Optional<String> name = Notation.domain(domain); // Nothing else may become part of a path.
    if (name.isEmpty()) {
      return Optional.empty();
    }
    WatchedFile<AliasFile> watched = aliasFiles.get(name.get());
    if (watched == null) {
      if (!Files.exists(aliases.resolve(name.get()), LinkOption.NOFOLLOW_LINKS)) {
        aliasesMustBeThere();
        return Optional.empty();
      }
      watched =
          aliasFiles.computeIfAbsent(
              name.get(),
              key -> watch(SiteFiles.ALIASES + "/" + key, AliasFile::parse, Absence.MEANT));
    }
    return watched.value();
  }

  private static boolean isIn(WatchedFile<Set<String>> file, String name) {
    return file.value().filter(names -> names.contains(name)).isPresent();
  }

  /** A volume that is not mounted is no reason to refuse mail. */
  private void aliasesMustBeThere() {
    if (!Files.isDirectory(aliases)) {
      throw new UncheckedIOException(new IOException(aliases + " is missing"));
    }
  }

  private WatchedFile<Set<String>> domainFile(Path file) {
    return watch(folder.relativize(file).toString(), NameFile::domains, Absence.WRONG);
  }

  private WatchedFile<Set<String>> addressFile(Path file) {
    return watch(folder.relativize(file).toString(), NameFile::addresses, Absence.WRONG);
  }

  private <T> WatchedFile<T> watch(String name, FileFormat<T> format, Absence absence) {
    return new WatchedFile<>(folder.resolve(name), name, format, absence);
  }
}
