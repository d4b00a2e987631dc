package postbus.testkit;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real spamd, Rspamd or clamd on a port of its own of 127.0.0.1, which knows a few rules of the
 * test's own and asks nobody else. It runs as the user of the tests, but spamd gives up root's
 * rights; so its temporary folder can be read by all.
 */
public final class RealScanner implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final int PING_MILLIS_MAX = 2000;
  private static final int PING_OCTETS_MAX = 200;
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path folder;
  private final int port;
  private final Process process;

  private RealScanner(Path folder, int port, String ping, List<String> command)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.port = port;
    Path log = folder.resolve("log");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long begun = System.nanoTime();
    while (!answers(ping)) {
      boolean ended = process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - begun > START_LIMIT.toNanos()) {
        String said = Files.readString(log);
        close();
        throw new IOException(command + " did not start:\n" + said);
      }
    }
  }

  /** Whether a program is on this machine, or was unpacked for the tests. */
  public static boolean isAvailable(String program) {
    return Peers.program(program).isPresent();
  }

  /**
   * A spamd.
   *
   * @param rules in SpamAssassin's notation; there are no others
   */
  public static RealScanner spamd(String rules) throws IOException, InterruptedException {
    Path folder = temporaryFolder();
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.writeString(site.resolve("init.pre"), "loadplugin Mail::SpamAssassin::Plugin::Check\n");
    Path config = Files.createDirectories(folder.resolve("rules"));
    Files.writeString(config.resolve("rules.cf"), "util_rb_tld org\nuse_bayes 0\n" + rules);
    int port = FreePort.of(HOST);
    List<String> command = new ArrayList<>(List.of(program("spamd")));
    command.addAll(List.of("-L", "-x", "--syslog=stderr", "--max-children=2"));
    command.addAll(List.of("--configpath=" + config, "--siteconfigpath=" + site));
    command.addAll(List.of("--helper-home-dir=" + folder, "--listen=" + HOST + ":" + port));
    return new RealScanner(folder, port, "PING SPAMC/1.5\r\n\r\n", command);
  }

  /**
   * An Rspamd.
   *
   * @param rules in Lua; there are no others but GTUBE's
   */
  public static RealScanner rspamd(String rules) throws IOException, InterruptedException {
    Path folder = temporaryFolder();
    int port = FreePort.of(HOST);
    Files.writeString(folder.resolve("rules.lua"), "config['regexp'] = {}\n" + rules);
    Files.writeString(folder.resolve("domains"), "org\n");
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Path config =
        Files.writeString(
            folder.resolve("rspamd.conf"),
            """
            options {
              filters = "regexp";
              url_tld = "%1$s/domains";
              control_socket = "%1$s/control mode=0600";
              hs_cache_dir = "%1$s";
              cache_file = "%1$s/symbols";
              tempdir = "%1$s";
              dns { nameserver = ["127.0.0.1:9"]; }
            }
            logging { type = "console"; level = "warning"; }
            worker "normal" { bind_socket = "%2$s:%3$d"; count = 1; }
            actions { reject = 15; }
            modules { path = "%4$s/"; }
            lua = "%1$s/rules.lua";
            """
                .formatted(folder, HOST, port, plugins));
    List<String> command = List.of(program("rspamd"), "-f", "-i", "-c", config.toString());
    return new RealScanner(folder, port, "GET /ping HTTP/1.0\r\n\r\n", command);
  }

  /**
   * A clamd, which also listens on {@link #socket}.
   *
   * @param malware the text that is Postbus.Test, and nothing else is anything
   */
  public static RealScanner clamd(String malware) throws IOException, InterruptedException {
    Path folder = temporaryFolder();
    int port = FreePort.of(HOST);
    String hex = HexFormat.of().formatHex(malware.getBytes(StandardCharsets.US_ASCII));
    Path database = Files.createDirectories(folder.resolve("database"));
    Files.writeString(database.resolve("test.ndb"), "Postbus.Test:0:*:" + hex + "\n");
    Path config =
        Files.writeString(
            folder.resolve("clamd.conf"),
            """
            Foreground yes
            TCPAddr %s
            TCPSocket %d
            LocalSocket %s
            DatabaseDirectory %s
            StreamMaxLength 8M
            """
                .formatted(HOST, port, folder.resolve("socket"), database));
    List<String> command = List.of(program("clamd"), "--config-file=" + config);
    return new RealScanner(folder, port, "zPING\0", command);
  }

  public int port() {
    return port;
  }

  /** The UNIX socket of a clamd. */
  public Path socket() {
    return folder.resolve("socket");
  }

  private static String program(String name) throws IOException {
    return Peers.program(name)
        .map(Path::toString)
        .orElseThrow(() -> new IOException(name + " is not here"));
  }

  /** They listen before they know their rules. */
  private boolean answers(String ping) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(HOST, port), PING_MILLIS_MAX);
      socket.setSoTimeout(PING_MILLIS_MAX);
      socket.getOutputStream().write(ping.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(PING_OCTETS_MAX);
      return new String(answer, StandardCharsets.US_ASCII).toUpperCase(ROOT).contains("PONG");
    } catch (IOException _) {
      return false;
    }
  }

  private static Path temporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("postbus-scanner");
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Ends it, with the processes that it began. */
  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
