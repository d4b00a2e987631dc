package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Postbus as a user starts it, by the launcher, on a {@link BenchSite}. */
final class PostbusRelay implements Relay {
  private static final Duration READY_WAIT = Duration.ofSeconds(120);
  private static final Duration STOP_WAIT = Duration.ofSeconds(30);

  private final BenchSite site;
  private final List<String> before;
  private final Path data;
  private final Path output;
  private final int kafka = Ports.free();
  private final int management = Ports.free();
  private final ProcessGroup processes;
  private @Nullable Process process;

  PostbusRelay(Path folder, int sinkPort) throws IOException {
    this(
        folder,
        BenchSite.write(Files.createDirectories(folder.resolve("site")), sinkPort),
        List.of());
  }

  /**
   * @param before words that run its launcher
   */
  PostbusRelay(Path folder, BenchSite site, List<String> before) {
    this.site = site;
    this.before = before;
    this.data = folder.resolve("data");
    this.output = folder.resolve("output");
    this.processes = ProcessGroup.of("postbus", new ProcessTree(this::pid, true));
  }

  private OptionalLong pid() {
    Process now = process;
    return now == null ? OptionalLong.empty() : OptionalLong.of(now.pid());
  }

  @Override
  public String name() {
    return "postbus";
  }

  @Override
  public String version() {
    return "this checkout";
  }

  @Override
  public void start() throws IOException {
    begin();
    awaitReady();
  }

  /** Returns at once. */
  void begin() throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Folders.home().resolve("postbus").toString());
    command.addAll(List.of("run", "--site", site.folder().toString(), "--data", data.toString()));
    command.addAll(List.of("--kafka-port", Integer.toString(kafka)));
    command.addAll(List.of("--management-port", Integer.toString(management)));
    process =
        new ProcessBuilder(processes.within(command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  void awaitReady() {
    Waits.until(READY_WAIT, () -> isReady() || !isAlive());
    if (!isReady()) {
      throw new Unmeasured("Postbus did not become ready:\n" + said());
    }
  }

  /** Whether it has said so. */
  boolean isReady() {
    return said().contains("postbus is ready");
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  String bootstrapServers() {
    return "127.0.0.1:" + kafka;
  }

  @Override
  public int port(Way way) {
    return switch (way) {
      case SUBMISSION -> site.submission();
      case OUTSIDE -> site.outside();
    };
  }

  @Override
  public ProcessGroup processes() {
    return processes;
  }

  @Override
  public String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** As Ctrl-C does. */
  void stop() {
    Process now = process;
    if (now == null) {
      return;
    }
    now.destroy();
    if (!Programs.await(now, STOP_WAIT)) {
      throw new Unmeasured("Postbus had not stopped after " + STOP_WAIT + ":\n" + said());
    }
  }

  void kill9() {
    Process now = process;
    if (now != null) {
      now.destroyForcibly();
      Programs.await(now, STOP_WAIT);
    }
  }

  /** Forgets all that it holds; it does not run. */
  void clear() throws IOException {
    Folders.delete(data);
  }

  @Override
  public void close() {
    try {
      stop();
    } finally {
      processes.close();
    }
  }
}
