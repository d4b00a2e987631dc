package postbus.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import postbus.testkit.Peers;

/** Prometheus's own judge of its files; tests that need it are left out where it is not. */
final class Promtool {
  private static final int WAIT_SECONDS = 60;

  private Promtool() {}

  /** Runs it in a folder; fails with what it says. */
  static void succeeds(Path folder, String... arguments) throws IOException, InterruptedException {
    Optional<Path> program = Peers.program("promtool");
    assumeTrue(program.isPresent(), "promtool is not here");
    List<String> command = new ArrayList<>(List.of(program.orElseThrow().toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("promtool", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      boolean isOver = process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(isOver).as("promtool ends in %d s", WAIT_SECONDS).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      Files.delete(output);
    }
  }
}
