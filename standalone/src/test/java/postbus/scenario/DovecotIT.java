package postbus.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.DovecotServer;
import postbus.testkit.ImapMailbox;

/** Mail comes in by SMTP, and is read by IMAP; Dovecot may be away meanwhile. */
class DovecotIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String JIMBO = "jimbo@wikimedia.org";
  private static final String PASSWORD = "secret";
  private static final int MAILS_WHILE_AWAY = 10;

  @TempDir Path folder;

  @Test
  void mailIsReadByImapAndWaitsWhileDovecotIsAway() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    try (DovecotServer dovecot = DovecotServer.start()) {
      dovecot.account(JIMBO, PASSWORD);
      TestSite site =
          TestSite.in(folder, 9)
              .with(
                  "\nsessions:",
                  "\nmailboxes: {deliver-by: lmtp, lmtp: " + dovecot.lmtpSocket() + "}\nsessions:");
      try (RunningPostbus _ = RunningPostbus.start(site, folder.resolve("data"));
          Dialogue outsider =
              Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
        String id = send(outsider, "while it is there");
        await().atMost(LIMIT).until(() -> read(dovecot).size() == 1);
        assertThat(read(dovecot).getFirst())
            .startsWith("Return-Path: <a@example.org>\r\nDelivered-To: " + JIMBO + "\r\n")
            .contains("id " + id)
            .endsWith("\r\nSubject: while it is there\r\n\r\nhello\r\n");
        await().atMost(LIMIT).until(() -> story(id).contains("Saved"));

        dovecot.process().stop();
        String late = send(outsider, "while it is away");
        for (int i = 1; i < MAILS_WHILE_AWAY; i++) {
          send(outsider, "while it is away");
        }
        await().atMost(LIMIT).until(() -> story(late).contains("451 4.4.1"));
        dovecot.process().restart();
        await().atMost(LIMIT).until(() -> read(dovecot).size() == 1 + MAILS_WHILE_AWAY);
      }
    }
  }

  private static String send(Dialogue outsider, String subject) throws IOException {
    String text = "Subject: " + subject + "\r\n\r\nhello";
    return Dialogue.idIn(outsider.mail("a@example.org", JIMBO, text));
  }

  private static List<String> read(DovecotServer dovecot) throws IOException {
    try (ImapMailbox mailbox = dovecot.imap(JIMBO, PASSWORD)) {
      return mailbox.mails().stream().map(octets -> new String(octets, ISO_8859_1)).toList();
    }
  }

  private String story(String id) throws IOException, InterruptedException {
    return Operator.prints("trace", id, "--data", folder + "/data");
  }
}
