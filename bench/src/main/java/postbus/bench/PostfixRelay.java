package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine's Postfix with configuration, queue and log of its own, beside one that may run: as
 * many processes, connections and kept connections as this load can use, no limits for clients.
 */
final class PostfixRelay implements Relay {
  private static final Duration COMMAND_WAIT = Duration.ofSeconds(30);

  private final Path folder;
  private final Path settings;
  private final int submission = Ports.free();
  private final int outside = Ports.free();
  private final ProcessGroup processes =
      ProcessGroup.of("postfix", new ProcessTree(this::master, true));
  private final List<String> before;
  private boolean isRunning;

  PostfixRelay(Path folder, int sinkPort) throws IOException {
    this(folder, sinkPort, "", "", List.of());
  }

  /**
   * @param more settings, which count in place of the usual ones
   * @param services more lines of master.cf
   * @param before words that run its commands
   */
  PostfixRelay(Path folder, int sinkPort, String more, String services, List<String> before)
      throws IOException {
    this.folder = folder;
    this.before = before;
    this.settings = Files.createDirectories(folder.resolve("settings"));
    Files.createDirectories(folder.resolve("queue"));
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.setOwner(
        data,
        data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
    Files.writeString(settings.resolve("main.cf"), merged(main(sinkPort), more));
    Files.writeString(settings.resolve("master.cf"), services() + services);
  }

  /** Postfix warns of each setting that is there twice. */
  private static String merged(String usual, String more) {
    Set<String> named = more.lines().map(PostfixRelay::name).collect(Collectors.toSet());
    return usual
        .lines()
        .filter(line -> !named.contains(name(line)))
        .map(line -> line + "\n")
        .collect(Collectors.joining("", "", more));
  }

  private static String name(String setting) {
    return setting.split(" =", 2)[0];
  }

  private String main(int sinkPort) {
    return """
    compatibility_level = 3.6
    queue_directory = %1$s/queue
    data_directory = %1$s/data
    maillog_file = %1$s/log
    maillog_file_prefixes = %1$s
    myhostname = relay.bench.test
    mydestination =
    inet_interfaces = 127.0.0.1
    inet_protocols = ipv4
    mynetworks = 127.0.0.0/8
    relay_domains = %2$s
    relayhost = [127.0.0.1]:%3$d
    smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
    disable_dns_lookups = yes
    default_process_limit = 200
    default_destination_concurrency_limit = 200
    initial_destination_concurrency = 50
    in_flow_delay = 0
    smtp_connection_cache_on_demand = yes
    smtp_connection_cache_destinations = [127.0.0.1]:%3$d
    smtpd_client_connection_count_limit = 0
    smtpd_client_connection_rate_limit = 0
    smtpd_peername_lookup = no
    alias_maps =
    local_recipient_maps =
    """
        .formatted(folder, DOMAIN, sinkPort);
  }

  /** Those of Postfix's own master.cf that a relay uses; the second port trusts nobody. */
  private String services() {
    return """
    127.0.0.1:%d inet n - n - - smtpd
    127.0.0.1:%d inet n - n - - smtpd -o mynetworks=
    pickup unix n - n 60 1 pickup
    cleanup unix n - n - 0 cleanup
    qmgr unix n - n 300 1 qmgr
    tlsmgr unix - - n 1000? 1 tlsmgr
    rewrite unix - - n - - trivial-rewrite
    bounce unix - - n - 0 bounce
    defer unix - - n - 0 bounce
    trace unix - - n - 0 bounce
    verify unix - - n - 1 verify
    flush unix n - n 1000? 0 flush
    proxymap unix - - n - - proxymap
    proxywrite unix - - n - 1 proxymap
    smtp unix - - n - - smtp
    relay unix - - n - - smtp
    showq unix n - n - - showq
    error unix - - n - - error
    retry unix - - n - - error
    discard unix - - n - - discard
    local unix - n n - - local
    anvil unix - - n - 1 anvil
    scache unix - - n - 1 scache
    postlog unix-dgram n - n - 1 postlogd
    """
        .formatted(submission, outside);
  }

  private OptionalLong master() {
    try {
      String pid = Files.readString(folder.resolve("queue/pid/master.pid")).strip();
      return OptionalLong.of(Long.parseLong(pid));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public String name() {
    return "postfix";
  }

  @Override
  public String version() {
    try {
      String postconf = Programs.needed("postconf").toString();
      return Programs.run(COMMAND_WAIT, List.of(postconf, "-d", "-h", "mail_version"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void start() throws IOException {
    isRunning = true;
    Programs.run(COMMAND_WAIT, processes.within(command("start")));
    if (!Connections.isAccepted(outside, COMMAND_WAIT)) {
      throw new Unmeasured("Postfix does not listen:\n" + said());
    }
  }

  private List<String> command(String what) {
    List<String> words = new ArrayList<>(before);
    words.addAll(List.of(Programs.needed("postfix").toString(), "-c", settings.toString(), what));
    return words;
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
    return LastLines.of(folder.resolve("log"));
  }

  @Override
  public void close() {
    try {
      if (isRunning) {
        isRunning = false;
        Programs.run(COMMAND_WAIT, command("stop"));
      }
    } catch (IOException e) {
      throw new Unmeasured("Postfix did not stop: " + e);
    } finally {
      processes.close();
    }
  }
}
