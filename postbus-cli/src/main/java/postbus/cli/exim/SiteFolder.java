package postbus.cli.exim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The new site folder and the files that are copied into it. Files of Exim are read alone. One that
 * is missing is a note.
 */
final class SiteFolder {
  private static final int INCLUDES_MAX = 1000;
  private static final Pattern PIPE = Pattern.compile("(?m)(?:^|[:,\\s\"])\\|\\s*(/[^\\s\",]+)");

  private final Path folder;
  private final Path exim;
  private final Notes notes;
  private final Set<Path> included = new TreeSet<>();
  private final Set<String> commands = new TreeSet<>();

  /**
   * @param exim the folder that alias files may include files of
   */
  SiteFolder(Path folder, Path exim, Notes notes) {
    this.folder = folder;
    this.exim = exim;
    this.notes = notes;
  }

  /** What is no UTF-8 is copied octet for octet: a check of the site names its line. */
  private record Text(String words, Charset charset) {
    static Text of(Path file) throws IOException {
      byte[] octets = Files.readAllBytes(file);
      String words = new String(octets, UTF_8);
      return Arrays.equals(words.getBytes(UTF_8), octets)
          ? new Text(words, UTF_8)
          : new Text(new String(octets, ISO_8859_1), ISO_8859_1);
    }

    Text with(String others) {
      return new Text(others, charset);
    }
  }

  /** The programs that alias files pipe to. */
  Set<String> commands() {
    return commands;
  }

  void write(String name, String text) throws IOException {
    write(name, new Text(text, UTF_8));
  }

  private void write(String name, Text text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.words(), text.charset());
  }

  /** Writes what only its owner may read. */
  void writeSecret(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /** Copies the keys of a file that Exim looks up in, one a line, under a name of ours. */
  void copyKeys(Path from, String name, String place) throws IOException {
    if (isThere(from, place)) {
      Text text = Text.of(from);
      String keys =
          text.words()
              .lines()
              .map(line -> line.startsWith("#") ? line : line.split("[:\\s]", 2)[0])
              .collect(Collectors.joining("\n", "", "\n"));
      write(name, text.with(keys));
    } else {
      write(name, "");
    }
  }

  void copy(Path from, String name, String place) throws IOException {
    if (isThere(from, place)) {
      write(name, Text.of(from));
    }
  }

  boolean copySecret(Path from, String name, String place) throws IOException {
    boolean isThere = isThere(from, place);
    if (isThere) {
      writeSecret(name, Files.readString(from));
    }
    return isThere;
  }

  /** Copies the files of all domains; links that lead to one of them stay links. */
  void copyAliases(Path from, String place) throws IOException {
    Files.createDirectories(folder.resolve("aliases"));
    if (!Files.isDirectory(from)) {
      notes.add(place, "no folder, so no alias files are copied: " + from);
      return;
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.sorted().toList()) {
        copyAlias(file, "aliases/" + name(file), place);
      }
    }
  }

  void copyAlias(Path file, String name, String place) throws IOException {
    if (Files.isSymbolicLink(file) && linksToSibling(file)) {
      Path link = folder.resolve(name);
      Files.createSymbolicLink(link, Path.of(name(file.toRealPath())));
    } else if (isThere(file, place)) {
      write(name, ours(Text.of(file)));
    } else {
      // Mail of its domain waited with Exim; so it does here, until somebody sees to it.
      Files.createDirectories(folder.resolve(name));
    }
  }

  private static boolean linksToSibling(Path link) throws IOException {
    if (!Files.isRegularFile(link)) {
      return false;
    }
    Path target = link.toRealPath();
    Path sibling = link.toRealPath(LinkOption.NOFOLLOW_LINKS).resolveSibling(name(target));
    return target.equals(sibling);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** Files below Exim's folder that it includes are copied too, and meant by the site's name. */
  private Text ours(Text file) throws IOException {
    String text = file.words();
    PIPE.matcher(text).results().map(pipe -> pipe.group(1)).forEach(commands::add);
    Pattern include =
        Pattern.compile(":include:(\\s*)" + Pattern.quote(exim + "/") + "([^\\s,\"]+)");
    for (MatchResult each : include.matcher(text).results().toList()) {
      Path other = exim.resolve(each.group(2)).normalize();
      if (isWithin(other) && included.size() < INCLUDES_MAX && included.add(other)) {
        write(exim.relativize(other).toString(), ours(Text.of(other)));
      }
    }
    return file.with(include.matcher(text).replaceAll(":include:$1@SITE@/$2"));
  }

  /** Exim includes no file that a link leads to, and neither do we. */
  private boolean isWithin(Path file) throws IOException {
    return file.startsWith(exim)
        && Files.isRegularFile(file)
        && file.toRealPath().equals(exim.toRealPath().resolve(exim.relativize(file)));
  }

  private boolean isThere(Path file, String place) {
    boolean isFile = Files.isRegularFile(file) && Files.isReadable(file);
    if (!isFile) {
      notes.add(place, "no file that can be read, so it is not copied: " + file);
    }
    return isFile;
  }
}
