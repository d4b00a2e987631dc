package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a measurement keeps what it writes; gone when this process ends. */
final class Folders {
  /** On a disk, as /tmp often is not. */
  static final Path DISK = Path.of("/var/tmp");

  private Folders() {}

  /** The checkout that the launcher belongs to. */
  static Path home() {
    return Path.of(System.getProperty("postbus.home", ".")).toAbsolutePath().normalize();
  }

  /**
   * A new folder that servers which run as other users may enter.
   *
   * @param parent on the disk that is to be measured
   */
  static Path temporary(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, "postbus-bench-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Closing.later(() -> delete(folder));
    return folder;
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
