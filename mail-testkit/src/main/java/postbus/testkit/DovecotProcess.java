package postbus.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Dovecot that runs with a configuration of the caller's, in a name space of its own: there
 * it is the user {@code mail}, and to all others the user of the tests, root or not.
 */
public final class DovecotProcess implements AutoCloseable {
  private static final String WRAPPER = "with-dovecot";

  /** In /proc/net/tcp. */
  private static final String LISTENING = "0A";

  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path configuration;
  private final Path log;
  private Process master;

  private DovecotProcess(Path configuration, Path log) throws IOException, InterruptedException {
    this.configuration = configuration;
    this.log = log;
    this.master = launch();
  }

  /** Whether Dovecot was unpacked for the tests, and this machine lets them have name spaces. */
  public static boolean isAvailable() {
    try {
      if (Peers.program(WRAPPER).isEmpty()) {
        return false;
      }
      Process trial =
          new ProcessBuilder(command("dovecot", "--version"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return trial.waitFor(START_LIMIT) && trial.exitValue() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The words that run a program where Dovecot is in /usr, as the owner of its mailboxes. */
  public static List<String> command(String... program) throws IOException {
    Path wrapper =
        Peers.program(WRAPPER).orElseThrow(() -> new IOException(WRAPPER + " is not here"));
    List<String> words = new ArrayList<>(List.of(wrapper.toString()));
    words.addAll(List.of(program));
    return words;
  }

  /**
   * A Dovecot that is ready.
   *
   * @param log what {@code log_path} of the configuration says
   */
  public static DovecotProcess start(Path configuration, Path log)
      throws IOException, InterruptedException {
    return new DovecotProcess(configuration, log);
  }

  private Process launch() throws IOException, InterruptedException {
    long before = starts();
    Path output = log.resolveSibling("output");
    Process started =
        new ProcessBuilder(command("dovecot", "-F", "-c", configuration.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
    long begun = System.nanoTime();
    while (starts() == before) {
      boolean ended = started.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - begun > START_LIMIT.toNanos()) {
        started.destroyForcibly();
        throw new IOException(
            "Dovecot did not start:\n" + Files.readString(output) + String.join("\n", lines()));
      }
    }
    return started;
  }

  /** Its sockets listen before it says so. */
  private long starts() throws IOException {
    return lines().stream().filter(line -> line.contains(" starting up for ")).count();
  }

  /** What it has logged since its first start. */
  public List<String> lines() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** The TCP ports that it listens on. */
  public Set<Integer> ports() throws IOException {
    Set<String> sockets = new HashSet<>();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(master.pid()), "fd"))) {
      for (Path each : open) {
        sockets.add(Files.readSymbolicLink(each).toString());
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] columns = line.strip().split(" +");
        if (columns[3].equals(LISTENING) && sockets.contains("socket:[" + columns[9] + "]")) {
          ports.add(Integer.parseInt(columns[1].replaceFirst(".*:", ""), 16));
        }
      }
    }
    return ports;
  }

  /** Ends it as an administrator does, with all that it has started. */
  public void stop() throws IOException, InterruptedException {
    List<ProcessHandle> started = started();
    master.destroy();
    if (!master.waitFor(END_LIMIT)) {
      throw new IOException("Dovecot does not stop");
    }
    started.forEach(DovecotProcess::awaitEnd);
  }

  /** Ends all of it at once, as a loss of power would (SIGKILL). */
  public void kill() throws IOException, InterruptedException {
    if (!master.isAlive()) {
      return;
    }
    signal("-STOP", master.toHandle()); // so that it starts nothing more
    List<ProcessHandle> started = started();
    master.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(master.toHandle());
    started.forEach(DovecotProcess::awaitEnd);
  }

  /** Starts it again after {@link #stop} or {@link #kill}. */
  public void restart() throws IOException, InterruptedException {
    master = launch();
  }

  /** Makes all of it hang: connections are taken by the kernel, and nobody answers (SIGSTOP). */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP", master.toHandle());
    for (ProcessHandle each : started()) {
      signal("-STOP", each);
    }
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() throws IOException, InterruptedException {
    for (ProcessHandle each : started()) {
      signal("-CONT", each);
    }
    signal("-CONT", master.toHandle());
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private List<ProcessHandle> started() {
    try (Stream<ProcessHandle> all = master.descendants()) {
      return all.toList();
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    process.onExit().orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static void signal(String signal, ProcessHandle process)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    boolean isSent = kill.waitFor(END_LIMIT) && kill.exitValue() == 0;
    if (!isSent && process.isAlive()) {
      throw new IOException("kill " + signal + " failed");
    }
  }
}
