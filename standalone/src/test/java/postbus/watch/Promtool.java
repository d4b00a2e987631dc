package postbus.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
