package postbus.scenario;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One service as a process of its own, as in a cluster. */
final class Service implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final ProcessOutput output;

  private Service(String name, Process process, ProcessOutput output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  static Service start(String name, Map<String, String> settings) throws IOException {
    List<String> arguments = new ArrayList<>();
    settings.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    Path jar = TestSite.checkout().resolve(name + "/target/quarkus-app/quarkus-run.jar");
    arguments.addAll(List.of("-jar", jar.toString()));
    return launch(name, arguments);
  }

  /** The broker; a restart in the same folder and on the same port finds what the last one had. */
  static Service startBroker(Path folder, int port) throws IOException {
    return start("broker", BrokerProcess.class, folder.toString(), Integer.toString(port));
  }

  /** A program of the tests, which says that it is ready. */
  static Service start(String name, Class<?> main, String... arguments) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    all.addAll(List.of(arguments));
    return launch(name, all);
  }

  private static Service launch(String name, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(arguments);
    ProcessOutput output = ProcessOutput.of(name);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.file()).start();
    return new Service(name, process, output);
  }

  void awaitReady() {
    await(name + " is ready")
        .atMost(Duration.ofSeconds(180))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new AssertionError(name + " ended: " + output());
          }
        })
        .until(() -> output().contains("ready: "));
  }

  /** Its exit status, when it has ended by itself. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " has not ended: " + output());
    }
    return process.exitValue();
  }

  String output() {
    return output.text();
  }

  void kill9() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns when it has ended by itself. */
  void terminate() throws InterruptedException {
    askToEnd();
    if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " is still there " + END_LIMIT + " after SIGTERM");
    }
  }

  /** SIGTERM; returns at once. */
  void askToEnd() {
    process.destroy();
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
    output.close();
  }
}
