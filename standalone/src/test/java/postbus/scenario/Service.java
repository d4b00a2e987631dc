package postbus.scenario;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One service as a process of its own, as in a cluster. */
final class Service implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Path output;

  private Service(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  static Service start(String name, Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    Path jar = TestSite.checkout().resolve(name + "/target/quarkus-app/quarkus-run.jar");
    command.addAll(List.of("-jar", jar.toString()));
    Path output = Files.createTempFile(name, ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Service(name, process, output);
  }

  void awaitReady() {
    await(name + " is ready")
        .atMost(Duration.ofSeconds(90))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new AssertionError(name + " ended: " + output());
          }
        })
        .until(() -> output().contains("ready: "));
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** SIGSTOP: it is there, and says nothing. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(output);
  }
}
