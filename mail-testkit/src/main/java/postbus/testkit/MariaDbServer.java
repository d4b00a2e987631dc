package postbus.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real MariaDB on a port of its own of 127.0.0.1, with its data in a temporary folder. It can be
 * killed and started again, and made to hang, with its data and its port kept. It runs as the user
 * of the tests: another one might not reach the folder that the script {@code peers} unpacked it
 * into.
 */
public final class MariaDbServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String SERVER = "mariadbd";
  private static final String INSTALL = "mariadb-install-db";
  private static final String ADMIN = "testkit";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path folder;
  private final Path log;
  private final int port;
  private final String password = UUID.randomUUID().toString();
  private Process process;

  private MariaDbServer() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("postbus-mariadb");
    log = folder.resolve("log");
    port = FreePort.of(HOST);
    Files.writeString(
        folder.resolve("init.sql"),
        """
        CREATE USER IF NOT EXISTS '%1$s'@'%2$s' IDENTIFIED BY '%3$s';
        GRANT ALL ON *.* TO '%1$s'@'%2$s' WITH GRANT OPTION;
        """
            .formatted(ADMIN, HOST, password));
    process = install();
    if (!process.waitFor(START_LIMIT) || process.exitValue() != 0) {
      throw new IOException(INSTALL + " failed:\n" + Files.readString(log));
    }
    process = launch();
  }

  /** Whether MariaDB is on this machine, or was unpacked for the tests. */
  public static boolean isAvailable() {
    return Peers.program(SERVER).isPresent() && Peers.program(INSTALL).isPresent();
  }

  /** A server that answers. */
  public static MariaDbServer start() throws IOException, InterruptedException {
    return new MariaDbServer();
  }

  /** The port of 127.0.0.1, the same for the server's whole life. */
  public int port() {
    return port;
  }

  /** Runs statements with all rights, in no database; each must end within seconds. */
  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Ends it at once, as a loss of power would (SIGKILL). */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Starts it again after {@link #kill}, on the same port and data; it answers then. */
  public void restart() throws IOException, InterruptedException {
    process = launch();
  }

  /** Makes it hang: connections are taken by the kernel, and nobody answers (SIGSTOP). */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Process install() throws IOException {
    return run(INSTALL, "--no-defaults", "--force", "--skip-test-db", "--datadir=" + data());
  }

  private Process launch() throws IOException, InterruptedException {
    Process server =
        run(
            SERVER,
            "--no-defaults",
            "--datadir=" + data(),
            "--port=" + port,
            "--bind-address=" + HOST,
            "--socket=" + folder.resolve("socket"),
            "--pid-file=" + folder.resolve("pid"),
            "--init-file=" + folder.resolve("init.sql"),
            "--user=" + System.getProperty("user.name"),
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=16M");
    long begun = System.nanoTime();
    while (!answers()) {
      boolean ended = server.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - begun > START_LIMIT.toNanos()) {
        server.destroyForcibly();
        throw new IOException(SERVER + " did not start:\n" + Files.readString(log));
      }
    }
    return server;
  }

  private Process run(String program, String... options) throws IOException {
    Path path = Peers.program(program).orElseThrow(() -> new IOException(program + " is not here"));
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private boolean answers() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    String url = "jdbc:mariadb://" + HOST + ":" + port + "/?connectTimeout=3000&socketTimeout=3000";
    return DriverManager.getConnection(url, ADMIN, password);
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    if (!kill.waitFor(END_LIMIT) || kill.exitValue() != 0) {
      throw new IOException("kill " + signal + " failed");
    }
  }

  private Path data() {
    return folder.resolve("data");
  }
}
