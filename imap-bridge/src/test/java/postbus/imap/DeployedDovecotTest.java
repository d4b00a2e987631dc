package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static postbus.imap.DovecotRig.LONG;
import static postbus.imap.DovecotRig.PASSWORD;
import static postbus.imap.DovecotRig.lmtp;
import static postbus.imap.DovecotRig.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.Event.What;
import postbus.site.MailboxRules.Lda;
import postbus.site.Place;
import postbus.testkit.DovecotProcess;
import postbus.testkit.DovecotServer;
import postbus.testkit.FreePort;
import postbus.testkit.ImapMailbox;
import postbus.testkit.TestCertificate;

/** Dovecot as deploy/dovecot has it, but for paths, the port and users. */
class DeployedDovecotTest {
  private static final String JANE = "jane@example.org";
  private static final String SMALL = "small@example.org";
  private static final String LARGE = "x".repeat(1200) + "\r\n";
  private static final Path DEPLOYED = Path.of("../deploy/dovecot");

  /** What only root may do. */
  private static final String UNPRIVILEGED =
      """
      listen = 127.0.0.1
      default_internal_user = mail
      default_internal_group = mail
      default_login_user = mail
      base_dir = FOLDER/run
      state_dir = FOLDER/state
      log_path = FOLDER/log
      service anvil {
        chroot =
      }
      service imap-login {
        chroot =
      }
      """;

  @TempDir private Path folder;
  private final TestCertificate certificate = TestCertificate.of("localhost");
  private int port;
  private DovecotProcess dovecot;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    port = FreePort.here();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    certificate.writeInto(Files.createDirectories(folder.resolve("site")));
    Files.writeString(
        folder.resolve("site/accounts"),
        """
        %s:{PLAIN}%s::::::
        %s:{PLAIN}%s::::::userdb_quota_rule=*:bytes=1000
        closed@example.org:{PLAIN}%s::::::nologin
        """
            .formatted(JANE, PASSWORD, SMALL, PASSWORD, PASSWORD));
    Files.writeString(folder.resolve("accounts.conf"), deployed("accounts.conf"));
    Path configuration =
        Files.writeString(
            folder.resolve("dovecot.conf"),
            deployed("dovecot.conf") + UNPRIVILEGED.replace("FOLDER", folder.toString()));
    dovecot = DovecotProcess.start(configuration, folder.resolve("log"));
  }

  private String deployed(String name) throws IOException {
    return Files.readString(DEPLOYED.resolve(name))
        .replace("/etc/postbus/site", folder + "/site")
        .replace("/var/vmail", folder + "/vmail")
        .replace("993", Integer.toString(port))
        .replace("= vmail", "= mail")
        .replace("group = postbus", "group = mail");
  }

  @AfterEach
  void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
  }

  @Test
  void imapOverTlsIsTheOnlyPortAndPostbusHasItsSockets() throws Exception {
    assertThat(dovecot.ports()).containsExactly(port);
    assertThat(folder.resolve("run/lmtp")).exists();
    assertThat(folder.resolve("run/auth-client")).exists();
    ImapMailbox.open(port, certificate, "Jane@Example.org", PASSWORD).close();
    assertThatThrownBy(
            () -> ImapMailbox.open(port, certificate, "closed@example.org", PASSWORD).close())
        .isInstanceOf(IOException.class);
  }

  @Test
  void filtersFileMailAndQuotasHoldWhicheverWayItComes() throws Exception {
    Path home = Files.createDirectories(folder.resolve("vmail/example.org/jane"));
    Files.writeString(
        home.resolve(".dovecot.sieve"),
        "require \"fileinto\"; if header :contains \"Subject\" \"[list]\" { fileinto \"Lists\"; }");
    DovecotRig rig = new DovecotRig(folder);
    LmtpWay lmtp = rig.by(lmtp(new Place.Socket(folder.resolve("run/lmtp")), 4, LONG));
    LdaWay lda = lda(rig);
    for (MailboxWay way : List.of(lmtp, lda)) {
      assertThat(rig.deliver(way, mail("Subject: [list] a\r\n\r\n", JANE)).story())
          .containsExactly(What.DELIVERED);
      assertThat(rig.deliver(way, mail("Subject: b\r\n\r\n", JANE)).story())
          .containsExactly(What.DELIVERED);
      HandTaken.Recorded full = rig.deliver(way, mail("Subject: c\r\n\r\n" + LARGE, SMALL));
      assertThat(full.story()).containsExactly(What.DEFERRED);
      assertThat(full.events.getFirst().detail()).contains(".2.2 ", "Quota exceeded");
    }
    lmtp.stop(LONG);
    try (ImapMailbox jane = ImapMailbox.open(port, certificate, JANE, PASSWORD)) {
      assertThat(jane.mails("Lists")).hasSize(2);
      assertThat(jane.mails()).hasSize(2);
    }
  }

  private LdaWay lda(DovecotRig rig) throws IOException {
    String program =
        "exec %s /usr/lib/dovecot/dovecot-lda -c %s \"$@\""
            .formatted(String.join(" ", DovecotProcess.command()), folder.resolve("dovecot.conf"));
    Path script = Files.writeString(folder.resolve("run-lda"), "#!/bin/sh\n" + program + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    LdaWay way =
        new LdaWay(
            new Lda(script, "nobody", LONG, 4), folder, rig.contents, DovecotRig.WAITS, false);
    way.start();
    return way;
  }
}
