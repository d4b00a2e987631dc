package postbus.site;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of a site that are edited while it runs: where they are, and how each is read. */
final class SiteFiles {
  static final String ALIASES = "aliases";
  static final String ACCOUNTS = "accounts";
  static final String LEGACY_LISTS = "legacy-mailing-lists";

  /** More than any real alias or account file, less than the memory that a mistake could cost. */
  private static final int OCTETS_MAX = 32 << 20;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private SiteFiles() {}

  /** What a file in the site folder that postbus.yaml names may be called: no path leads out. */
  static Optional<String> name(String text) {
    return NAME.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  /** How the lines of a file become its value. */
  interface Format<T> {
    Checked<T> parse(String name, List<String> lines);
  }

  static <T> Checked<T> read(Path file, String name, Format<T> format) {
    return TextFile.lines(file, name, OCTETS_MAX).then(lines -> format.parse(name, lines));
  }

  /**
   * All that is wrong in them.
   *
   * @param domainFiles files that the domain lists name
   */
  static List<SiteProblem> problems(Path folder, Set<Path> domainFiles) {
    List<SiteProblem> problems = new ArrayList<>();
    for (Path file : domainFiles) {
      add(problems, read(file, folder.relativize(file).toString(), NameFile::domains));
    }
    add(problems, read(folder.resolve(LEGACY_LISTS), LEGACY_LISTS, NameFile::lists));
    add(problems, read(folder.resolve(ACCOUNTS), ACCOUNTS, NameFile::accounts));
    aliases(folder.resolve(ALIASES), problems);
    return problems;
  }

  private static void aliases(Path aliases, List<SiteProblem> problems) {
    if (!Files.isDirectory(aliases)) {
      problems.add(
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
          aliasFile(file, domain, problems);
        }
      }
    } catch (IOException e) {
      problems.add(new SiteProblem(ALIASES, 0, "cannot be read (" + e + ")"));
    }
  }

  private static void aliasFile(Path file, String domain, List<SiteProblem> problems) {
    String name = ALIASES + "/" + domain;
    if (!Notation.domain(domain).equals(Optional.of(domain))) {
      problems.add(new SiteProblem(name, 0, "the file's name, expected a domain in lower case"));
      return;
    }
    add(problems, read(file, name, AliasFile::parse));
  }

  private static boolean isLeftByAnEditor(String name) {
    return name.startsWith(".") || name.startsWith("#") || name.endsWith("~");
  }

  private static void add(List<SiteProblem> problems, Checked<?> checked) {
    if (checked instanceof Checked.Wrong<?>(List<SiteProblem> wrong)) {
      problems.addAll(wrong);
    }
  }
}
