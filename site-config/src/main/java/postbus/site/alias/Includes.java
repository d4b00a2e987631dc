package postbus.site.alias;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The files that aliases include. Only files below the site folder are read, and none by a symbolic
 * link; so an alias file cannot tell what else is on the machine.
 */
public final class Includes {
  /** Octets of one included file; Exim's bound. */
  static final int OCTETS_MAX = 1 << 20;

  /** Octets of a file's name; Exim's bound. */
  static final int NAME_MAX = 255;

  /** Stands for the site folder, so that a site can be moved. */
  static final String SITE = "@SITE@";

  private final Path folder;

  /** What came of one file. */
  sealed interface Included {
    record Text(String text) implements Included {}

    record Refused(String why) implements Included {}
  }

  /**
   * @param folder of the site, absolute
   */
  public Includes(Path folder) {
    this.folder = folder;
  }

  /**
   * The text of a file.
   *
   * @param name absolute, as the alias file writes it, or one that begins with {@value #SITE}/
   */
  Included read(String name) {
    String full = name.startsWith(SITE + "/") ? folder + name.substring(SITE.length()) : name;
    if (!full.startsWith("/") || full.length() > NAME_MAX) {
      return refused(name, "is no absolute path of at most " + NAME_MAX + " octets");
    }
    if (!full.startsWith(folder + "/")) {
      return refused(name, "is not below " + folder);
    }
    try {
      Path file = folder;
      for (String step : full.substring(folder.toString().length() + 1).split("/", -1)) {
        file = file.resolve(step).normalize();
        if (step.isEmpty() || !file.startsWith(folder) || Files.isSymbolicLink(file)) {
          return refused(name, "leads through a link, an empty name, or out of " + folder);
        }
      }
      return text(name, file);
    } catch (IOException | InvalidPathException e) {
      return refused(name, "cannot be read: " + e);
    }
  }

  private static Included text(String name, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return refused(name, "is missing, or no file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] octets = in.readNBytes(OCTETS_MAX + 1);
      return octets.length > OCTETS_MAX
          ? refused(name, "exceeds " + OCTETS_MAX + " octets")
          : new Included.Text(new String(octets, StandardCharsets.UTF_8));
    }
  }

  private static Included refused(String name, String why) {
    return new Included.Refused("included file " + name + " " + why);
  }
}
