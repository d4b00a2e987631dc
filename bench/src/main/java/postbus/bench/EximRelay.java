package postbus.bench;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The machine's Exim, or one that is only unpacked, with configuration, spool and log of its own.
 * It delivers without becoming root again, which spares it starting anew for each mail, and without
 * TLS, as the sink has none.
 */
final class EximRelay implements Relay {
  static final String USER = "Debian-exim";

  private static final String SETTINGS =
      """
      primary_hostname = relay.bench.test
      exim_path = %1$s
      exim_user = %2$s
      exim_group = %2$s
      deliver_drop_privilege
      keep_environment = LD_LIBRARY_PATH
      spool_directory = %3$s/spool
      pid_file_path = %3$s/spool/daemon.pid
      log_file_path = %3$s/log/%%slog
      local_interfaces = 127.0.0.1.%4$d : 127.0.0.1.%5$d
      daemon_smtp_ports = %4$d
      tls_advertise_hosts =
      host_lookup =
      rfc1413_hosts =
      smtp_accept_max = 200
      smtp_accept_max_per_host = 0
      smtp_accept_queue_per_connection = 0
      queue_run_max = 20
      remote_max_parallel = 10
      domainlist relay_domains = %6$s
      acl_smtp_rcpt = acl_rcpt
      begin acl
      acl_rcpt:
        accept condition = ${if eq{$received_port}{%4$d}}
               hosts = 127.0.0.1
        accept domains = +relay_domains
        deny
      begin routers
      sink:
        driver = manualroute
        domains = *
        route_list = * 127.0.0.1
        self = send
        transport = out
      begin transports
      out:
        driver = smtp
        port = %7$d
        allow_localhost
        hosts_avoid_tls = *
        tls_verify_certificates =
        connection_max_messages = 500
      begin retry
      * * F,2h,1s
      """;

  private static final Duration WAIT = Duration.ofSeconds(15);

  private final Path folder;
  private final Path settings;
  private final int submission = Ports.free();
  private final int outside = Ports.free();
  // Who delivers is nobody's child: without a control group, its CPU is not known.
  private final ProcessGroup processes =
      ProcessGroup.of("exim", new ProcessTree(this::daemon, false));
  private @Nullable Process process;

  EximRelay(Path folder, int sinkPort) throws IOException {
    this.folder = folder;
    this.settings = folder.resolve("exim.conf");
    for (String name : List.of("spool", "log")) {
      Path own = Files.createDirectories(folder.resolve(name));
      FileSystem files = own.getFileSystem();
      Files.setOwner(own, files.getUserPrincipalLookupService().lookupPrincipalByName(USER));
    }
    Files.writeString(settings, settings(sinkPort));
  }

  private String settings(int sinkPort) {
    return SETTINGS.formatted(itself(), USER, folder, submission, outside, DOMAIN, sinkPort);
  }

  private static Path program() {
    return Programs.needed("exim4");
  }

  /** What it starts anew for a kept connection: not the wrapper of one that is only unpacked. */
  private static Path itself() {
    Path program = program();
    return program.startsWith(Programs.peers())
        ? Programs.peers().resolve("root/usr/sbin/exim4")
        : program;
  }

  private OptionalLong daemon() {
    Process now = process;
    return now == null ? OptionalLong.empty() : OptionalLong.of(now.pid());
  }

  @Override
  public String name() {
    return "exim";
  }

  @Override
  public String version() {
    try {
      String said =
          Programs.run(WAIT, List.of(program().toString(), "-C", settings.toString(), "-bV"));
      return said.replaceFirst("(?s)^Exim version (\\S+).*", "$1");
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void start() throws IOException {
    List<String> command = List.of(program().toString(), "-C", settings.toString(), "-bdf", "-q1m");
    process =
        new ProcessBuilder(processes.within(command))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    if (!Connections.isAccepted(outside, WAIT)) {
      throw new Unmeasured("Exim does not listen:\n" + said());
    }
  }

  @Override
  public int port(Way way) {
    return switch (way) {
      case SUBMISSION -> submission;
      case OUTSIDE -> outside;
    };
  }

  @Override
  public ProcessGroup processes() {
    return processes;
  }

  @Override
  public String said() {
    return LastLines.of(folder.resolve("output")) + LastLines.of(folder.resolve("log/mainlog"));
  }

  @Override
  public void close() {
    Process now = process;
    if (now != null) {
      now.destroy();
      Programs.await(now, WAIT);
    }
    processes.close();
  }
}
