package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of others: where they are, and what they say. */
final class Programs {
  private Programs() {}

  /** On this machine, or unpacked into the build's folder of peers. */
  static Optional<Path> find(String name) {
    Stream<String> folders =
        Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
            Stream.of("/usr/sbin", "/usr/local/sbin", peers().resolve("bin").toString()));
    return folders.map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
  }

  static Path needed(String name) {
    return find(name).orElseThrow(() -> new Unmeasured("there is no " + name));
  }

  /** Where what is only unpacked lies. */
  static Path peers() {
    return Folders.home().resolve("target/peers");
  }

  static boolean areWeRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /**
   * What it prints, on both of its outputs.
   *
   * @throws Unmeasured if it fails or takes longer
   */
  static String run(Duration atMost, List<String> command) throws IOException {
    Path said = Files.createTempFile("postbus-bench", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean hasEnded = await(process, atMost);
      String text = Files.readString(said, UTF_8).strip();
      if (!hasEnded || process.exitValue() != 0) {
        String what = hasEnded ? "failed" : "took longer than " + atMost;
        throw new Unmeasured(String.join(" ", command) + " " + what + ": " + text);
      }
      return text;
    } finally {
      Files.delete(said);
    }
  }

  /** Returns when it has ended; kills it when that takes longer. */
  static boolean await(Process process, Duration atMost) {
    try {
      if (process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      process.destroyForcibly().waitFor();
      return false;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
  }
}
