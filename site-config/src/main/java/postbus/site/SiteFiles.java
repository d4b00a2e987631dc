package postbus.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The files of a site that are edited while it runs: where they are, and how each is read. */
final class SiteFiles {
  static final String ALIASES = "aliases";

  /** Its lines are read by who knows what accounts are. */
  static final String ACCOUNTS = "accounts";

  static final String LEGACY_LISTS = "legacy-mailing-lists";

  /** More than any real alias or account file, less than the memory that a mistake could cost. */
  private static final int OCTETS_MAX = 32 << 20;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern PATH = Pattern.compile(NAME + "(?:/" + NAME + "){0,3}");

  private SiteFiles() {}

  /** What a file in the site folder that postbus.yaml names may be called: no path leads out. */
  static Optional<String> name(String text) {
    return NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  /** The same for a file that may be in a folder there, such as {@code dkim/wiki.pem}. */
  static Optional<String> path(String text) {
    return PATH.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  static <T> Checked<T> read(Path file, String name, FileFormat<T> format) {
    return TextFile.lines(file, name, OCTETS_MAX).then(lines -> format.parse(name, lines));
  }

  /**
   * What reading all of them finds.
   *
   * @param wrong what stops the start
   * @param odd what stands there and surely was not meant
   */
  record Findings(List<SiteProblem> wrong, List<SiteProblem> odd) {
    private void add(Checked<?> checked) {
      switch (checked) {
        case Checked.Good<?>(_, List<SiteProblem> warnings) -> odd.addAll(warnings);
        case Checked.Wrong<?>(List<SiteProblem> problems) -> wrong.addAll(problems);
      }
    }
  }

  /**
   * Reads them all.
   *
   * @param domainFiles files that the domain lists name
   * @param addressFiles files of addresses that postbus.yaml names
   * @param textFiles files whose lines somebody else reads
   */
  static Findings findings(
      Path folder, Set<Path> domainFiles, Set<Path> addressFiles, Set<Path> textFiles) {
    Findings found = new Findings(new ArrayList<>(), new ArrayList<>());
    for (Path file : domainFiles) {
      found.add(read(file, folder.relativize(file).toString(), NameFile::domains));
    }
    for (Path file : addressFiles) {
      found.add(read(file, folder.relativize(file).toString(), NameFile::addresses));
    }
    found.add(read(folder.resolve(LEGACY_LISTS), LEGACY_LISTS, NameFile::lists));
    for (Path file : textFiles) {
      String name = folder.relativize(file).toString();
      found.add(read(file, name, (_, lines) -> new Checked.Good<>(lines)));
    }
    aliases(folder.resolve(ALIASES), found);
    return found;
  }

  private static void aliases(Path aliases, Findings found) {
    if (!Files.isDirectory(aliases)) {
      found.wrong.add(
          new SiteProblem(ALIASES, 0, "is missing, expected a folder with a file for each domain"));
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(aliases)) {
      List<Path> sorted = new ArrayList<>();
      files.forEach(sorted::add);
      sorted.sort(null);
      for (Path file : sorted) {
        String domain = String.valueOf(file.getFileName());
        if (!isLeftByAnEditor(domain)) {
          aliasFile(file, domain, found);
        }
      }
    } catch (IOException e) {
      found.wrong.add(new SiteProblem(ALIASES, 0, "cannot be read (" + e + ")"));
    }
  }

  /** What is no file at all lets the mail of that one domain wait, and stops nothing else. */
  private static void aliasFile(Path file, String domain, Findings found) {
    String name = ALIASES + "/" + domain;
    if (!Notation.domain(domain).equals(Optional.of(domain))) {
      found.odd.add(
          new SiteProblem(
              name, 0, "the file's name, expected a domain in lower case; it is never read"));
    } else if (!Files.isRegularFile(file)) {
      String what = Files.isDirectory(file) ? "is a folder" : "is a link that leads nowhere";
      found.odd.add(
          new SiteProblem(name, 0, what + ", expected a file; mail for the domain waits"));
    } else {
      found.add(read(file, name, AliasFile::parse));
    }
  }

  /** The alias files that can be read, by domain, in the order of the alphabet. */
  static Map<String, AliasFile> aliases(Path folder) {
    Map<String, AliasFile> read = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(ALIASES))) {
      for (Path file : files) {
        String domain = String.valueOf(file.getFileName());
        if (Notation.domain(domain).equals(Optional.of(domain))
            && read(file, ALIASES + "/" + domain, AliasFile::parse)
                instanceof Checked.Good<AliasFile>(AliasFile good, _)) {
          read.put(domain, good);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  private static boolean isLeftByAnEditor(String name) {
    return name.startsWith(".") || name.startsWith("#") || name.endsWith("~");
  }
}
