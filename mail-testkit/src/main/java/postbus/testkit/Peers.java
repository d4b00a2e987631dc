package postbus.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Real programs to test against: those of the machine, else those that the script {@code peers}
 * unpacked into the folder that the system property {@code postbus.peers} names.
 */
public final class Peers {
  private Peers() {}

  /** Where a program is; empty if this machine does not have it. */
  public static Optional<Path> program(String name) {
    String unpacked = System.getProperty("postbus.peers", "");
    return Stream.concat(
            Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin").map(Path::of),
            unpacked.isEmpty() ? Stream.empty() : Stream.of(Path.of(unpacked, "bin")))
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
