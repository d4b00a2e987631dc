package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Peers;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Exim hands its mail to us: in chunks, and with what its sender asks to hear.
 *
 * <p>It insists on a user of its own; where there is none, nss_wrapper shows it one, who is nobody.
 */
class EximClientIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final String USER = "Debian-exim";

  /** The number of {@code nobody}. */
  private static final int NOBODY = 65534;

  private static final String SETTINGS =
      """
      primary_hostname = exim.example
      exim_path = %1$s
      exim_user = %2$s
      exim_group = %2$s
      deliver_drop_privilege
      keep_environment = LD_LIBRARY_PATH : LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
      spool_directory = %3$s/spool
      log_file_path = %3$s/log/%%slog
      dsn_advertise_hosts = *
      tls_advertise_hosts =
      acl_smtp_rcpt = accept
      begin routers
      all:
        driver = manualroute
        route_list = * 127.0.0.1 byname
        self = send
        transport = out
      begin transports
      out:
        driver = smtp
        port = %4$d
        allow_localhost
        hosts_avoid_tls = *
      """;

  private static final List<String> DIALOGUE =
      List.of(
          "EHLO client.example",
          "MAIL FROM:<asker@sender.example> RET=HDRS ENVID=QQ+2B314",
          "RCPT TO:<jimbo@wikimedia.org> NOTIFY=SUCCESS ORCPT=rfc822;first@sender.example",
          "RCPT TO:<someone@far.example> NOTIFY=SUCCESS",
          "RCPT TO:<silent@far.example> NOTIFY=NEVER",
          "DATA",
          "Subject: by Exim",
          "",
          "..a dot",
          ".",
          "QUIT",
          "");

  @TempDir Path folder;

  @Test
  void itsSenderHearsWhatBecameOfAMailThatCameInChunks() throws Exception {
    Path exim = Peers.program("exim4").orElse(null);
    boolean root = "root".equals(System.getProperty("user.name"));
    assumeTrue(exim != null && root, "no exim4 on this machine, or not root");
    Script withoutDsn = Script.GOOD.offering(Extension.PIPELINING);
    try (ScriptedSmtpServer world = ScriptedSmtpServer.start(withoutDsn)) {
      TestSite site = TestSite.in(folder, world.port());
      try (RunningPostbus _ = RunningPostbus.start(site, folder.resolve("data"))) {
        String log = submit(exim, site.mxPort());
        assertThat(log).contains(" K C=\"250 2.0.0 Ok: queued as ", "Completed");

        List<ReceivedMail> mails = world.awaitMails(3, LIMIT);
        assertThat(mails)
            .filteredOn(mail -> mail.mailLine().startsWith("MAIL FROM:<asker@sender.example>"))
            .singleElement()
            .satisfies(mail -> {
              assertThat(mail.text()).endsWith("\r\n\r\n.a dot\r\n");
              assertThat(mail.recipients())
                  .containsExactlyInAnyOrder("someone@far.example", "silent@far.example");
            });
        assertThat(report(mails, "jimbo@wikimedia.org"))
            .contains("Action: delivered\r\nStatus: 2.0.0\r\n")
            .contains("Original-Recipient: rfc822; first@sender.example\r\n");
        assertThat(report(mails, "someone@far.example"))
            .contains("Action: relayed\r\nStatus: 2.")
            .doesNotContain("silent@far.example", "Original-Recipient");
      }
    }
  }

  private static String report(List<ReceivedMail> mails, String about) {
    return mails.stream()
        .filter(mail -> mail.mailLine().startsWith("MAIL FROM:<>"))
        .filter(mail -> mail.recipients().equals(List.of("asker@sender.example")))
        .map(ReceivedMail::text)
        .filter(text -> text.contains("Final-Recipient: rfc822; " + about + "\r\n"))
        .filter(text -> text.contains("Original-Envelope-Id: QQ+314\r\n"))
        .findFirst()
        .orElseThrow();
  }

  /** What Exim says of the mail in its log. */
  private String submit(Path exim, int port) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path own = Files.createDirectory(folder.resolve("exim"));
    Path root = exim.resolveSibling("../root").normalize();
    Path unpacked = root.resolve("usr/sbin/exim4");
    Path itself = Files.exists(unpacked) ? unpacked : exim;
    Path settings = own.resolve("exim.conf");
    Files.writeString(settings, SETTINGS.formatted(itself, USER, own, port));
    Path said = own.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(exim.toString(), "-C", settings.toString(), "-odi", "-bs");
    int user = showUser(root, own, builder.environment());
    for (String name : List.of("spool", "log")) {
      Files.setAttribute(Files.createDirectory(own.resolve(name)), "unix:uid", user);
    }
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try (var in = process.outputWriter(UTF_8)) {
      in.write(String.join("\r\n", DIALOGUE));
    }
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Path log = own.resolve("log/mainlog");
    return Files.exists(log) ? Files.readString(log) : Files.readString(said);
  }

  /** The number of the user that Exim becomes. */
  private static int showUser(Path root, Path own, Map<String, String> environment)
      throws IOException {
    Optional<Path> wrapper = Optional.empty();
    if (Files.isDirectory(root.resolve("usr/lib"))) {
      try (Stream<Path> all = Files.walk(root.resolve("usr/lib"))) {
        wrapper = all.filter(file -> file.endsWith("libnss_wrapper.so")).findFirst();
      }
    }
    if (wrapper.isEmpty()) {
      return user();
    }
    Path users = own.resolve("passwd");
    Path groups = own.resolve("group");
    String line = USER + ":x:" + NOBODY + ":";
    Files.writeString(
        users, "root:x:0:0::/root:/bin/sh\n" + line + NOBODY + "::/nonexistent:/bin/false\n");
    Files.writeString(groups, "root:x:0:\n" + line + "\n");
    environment.put("LD_PRELOAD", wrapper.get().toString());
    environment.put("NSS_WRAPPER_PASSWD", users.toString());
    environment.put("NSS_WRAPPER_GROUP", groups.toString());
    return NOBODY;
  }

  /** That of the machine's own Exim. */
  private static int user() throws IOException {
    Optional<String> line =
        Files.readAllLines(Path.of("/etc/passwd")).stream()
            .filter(each -> each.startsWith(USER + ":"))
            .findFirst();
    assumeTrue(line.isPresent(), "no " + USER + ", and no nss_wrapper to show one");
    return Integer.parseInt(line.get().split(":")[2]);
  }
}
