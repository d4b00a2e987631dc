package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One of the services as it runs on several machines: in a process of its own, at a broker. */
final class ServiceProcess implements AutoCloseable {
  private static final Duration READY_WAIT = Duration.ofSeconds(90);
  private static final Duration STOP_WAIT = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;

  private ServiceProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Returns at once. */
  static ServiceProcess begin(String service, BenchSite site, Path data, String bootstrapServers)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dpostbus.site=" + site.folder());
    command.add("-Dpostbus.data=" + data);
    command.add("-Dpostbus.shape=ONE_MACHINE");
    command.add("-Dkafka.bootstrap.servers=" + bootstrapServers);
    command.add("-Dquarkus.http.port=" + Ports.free());
    command.add("-Dquarkus.management.port=" + Ports.free());
    Path jar = Folders.home().resolve(service + "/target/quarkus-app/quarkus-run.jar");
    command.addAll(List.of("-jar", jar.toString()));
    Path output = Files.createTempFile("postbus-bench-" + service, ".txt");
    return Closing.later(
        new ServiceProcess(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start(),
            output));
  }

  void awaitReady() {
    Waits.until(READY_WAIT, () -> isReady() || !process.isAlive());
    if (!isReady()) {
      throw new Unmeasured("a service did not become ready:\n" + said());
    }
  }

  private boolean isReady() {
    try {
      return Files.readString(output).contains(" ready: ");
    } catch (IOException e) {
      return false;
    }
  }

  /** The end of what it said. */
  String said() {
    return LastLines.of(output);
  }

  /** So far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  long memoryKibibytes() {
    return ProcessGroup.proportionalKibibytes(process.pid());
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    Programs.await(process, STOP_WAIT);
    Files.deleteIfExists(output);
  }
}
