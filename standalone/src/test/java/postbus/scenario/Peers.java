package postbus.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Real programs to test against: those of the machine, else those that {@code peers} unpacked. */
final class Peers {
  private Peers() {}

  static Optional<Path> program(String name) {
    String unpacked = System.getProperty("postbus.peers", "");
    return Stream.concat(
            Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin").map(Path::of),
            unpacked.isEmpty() ? Stream.empty() : Stream.of(Path.of(unpacked, "bin")))
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
