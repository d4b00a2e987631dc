package postbus.router;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The files that aliases include. Only files below the site folder are read, links resolved; so an
 * alias file cannot tell what else is on the machine.
 */
final class Includes {
  /** Octets of one included file. */
  static final int OCTETS_MAX = 1 << 20;

  private final Path folder;

  /** What came of one file. */
  sealed interface Included {
    record Text(String text) implements Included {}

    record Refused(String why) implements Included {}
  }

  /**
   * @param folder of the site
   */
  Includes(Path folder) {
    this.folder = folder;
  }

  /** The text of a file. @param name absolute, as the alias file writes it */
  Included read(String name) {
    try {
      Path path = Path.of(name);
      if (!path.isAbsolute()) {
        return new Included.Refused("included file " + name + " is not absolute");
      }
      if (!path.toRealPath().startsWith(folder.toRealPath())) {
        return new Included.Refused("included file " + name + " is not below " + folder);
      }
      try (InputStream file = Files.newInputStream(path.toRealPath())) {
        byte[] octets = file.readNBytes(OCTETS_MAX + 1);
        return octets.length > OCTETS_MAX
            ? new Included.Refused("included file " + name + " exceeds " + OCTETS_MAX + " octets")
            : new Included.Text(new String(octets, StandardCharsets.UTF_8));
      }
    } catch (IOException | InvalidPathException e) {
      return new Included.Refused("included file " + name + " cannot be read: " + e);
    }
  }
}
