package postbus.scenario;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Standalone as a person starts it: the launcher, in a process of its own. */
final class RunningPostbus implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(180);

  private final Process process;
  private final ProcessOutput output;

  private RunningPostbus(Process process, ProcessOutput output) {
    this.process = process;
    this.output = output;
  }

  /** Starts and returns at once. Without a cache of the JVM, whose training would be in the way. */
  static RunningPostbus begin(Path site, Path data, String... options) throws IOException {
    return begin(site, data, "off", Map.of(), options);
  }

  /** The same with settings of the process. */
  static RunningPostbus begin(TestSite site, Path data, Map<String, String> settings)
      throws IOException {
    return begin(site.folder(), data, "off", settings);
  }

  /** Starts with a cache of the JVM in this folder, and waits until it is ready. */
  static RunningPostbus startCached(TestSite site, Path data, Path cache) throws IOException {
    RunningPostbus postbus = begin(site.folder(), data, cache.toString(), Map.of());
    postbus.awaitReady();
    return postbus;
  }

  private static RunningPostbus begin(
      Path site, Path data, String cache, Map<String, String> settings, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(TestSite.checkout().resolve("postbus").toString());
    command.addAll(List.of("run", "--site", site.toString(), "--data", data.toString()));
    command.addAll(List.of("--kafka-port", "0", "--management-port", "0"));
    command.addAll(List.of(options));
    ProcessOutput output = ProcessOutput.of("postbus");
    ProcessBuilder launcher =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.file());
    launcher.environment().put("POSTBUS_CACHE", cache);
    // It does not live long enough for the better compiler; a training is as short as it can be.
    StringBuilder java = new StringBuilder("-XX:TieredStopAtLevel=1 -Dpostbus.training.mails=100");
    settings.forEach((name, value) -> java.append(" -D").append(name).append('=').append(value));
    launcher.environment().put("POSTBUS_JAVA_OPTS", java.toString());
    Process process = launcher.start();
    return new RunningPostbus(process, output);
  }

  /** Starts and waits for the line {@code postbus is ready}. */
  static RunningPostbus start(TestSite site, Path data) throws IOException {
    RunningPostbus postbus = begin(site.folder(), data);
    postbus.awaitReady();
    return postbus;
  }

  void awaitReady() {
    await("postbus is ready")
        .atMost(READY_LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended: " + output());
          }
        })
        .until(() -> output().contains("postbus is ready"));
  }

  String output() {
    return output.text();
  }

  long pid() {
    return process.pid();
  }

  void kill9() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; the time it took to end. */
  Duration terminate() throws InterruptedException {
    long begin = System.nanoTime();
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("still there 60 s after SIGTERM:\n" + output());
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** The exit status of a start that fails by itself. */
  int exitStatus() throws InterruptedException {
    if (!process.waitFor(READY_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it did not end:\n" + output());
    }
    return process.exitValue();
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
