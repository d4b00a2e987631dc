package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.Mail;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.RecipientParameters.Notify;

/** What EHLO offers, over real sockets. */
class OfferedTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RunningServer(folder, Sites.small());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aMailInChunksPipelinedWithTheNext() throws IOException {
    try (SmtpPeer peer = begun(Sites.APP_SERVER, "<a@example.org>", "<b@example.org>")) {
      peer.raw("BDAT 8\r\na: b\r\n\r\nBDAT 7 LAST\r\n.\r\n..\r\nMAIL FROM:<>\r\nQUIT\r\n");
      peer.says("250 2.0.0").says("250 2.0.0").says("250 2.1.0").says("221").closes();
    }
    assertThat(server.taken().getFirst().content())
        .asString(ISO_8859_1)
        .isEqualTo("a: b\r\n\r\n.\r\n..\r\n");
  }

  @Test
  void aBigMailInChunksIsInTheStore() throws IOException {
    String chunk = ("x".repeat(98) + "\r\n").repeat(30);
    try (SmtpPeer peer = begun(Sites.OUTSIDER, "<a@example.org>", "<b@example.org>")) {
      for (int i = 0; i < 5; i++) {
        peer.raw("BDAT 3000\r\n" + chunk).says("250 2.0.0");
      }
      peer.raw("BDAT 0 LAST\r\n").says("250 2.0.0");
    }
    Mail mail = server.taken().getFirst();
    assertThat(mail.content()).isEmpty();
    try (var content = new ContentFolder(folder).open(mail)) {
      assertThat(content.readAllBytes()).asString(ISO_8859_1).isEqualTo(chunk.repeat(5));
    }
  }

  @Test
  void whoGoesAwayBetweenChunksLeavesNothing() throws IOException {
    try (SmtpPeer peer = begun(Sites.APP_SERVER, "<a@example.org>", "<b@example.org>")) {
      String chunk = ("x".repeat(98) + "\r\n").repeat(150);
      peer.raw("BDAT 15000\r\n" + chunk).says("250 2.0.0");
    }
    await().atMost(SECONDS).until(() -> server.sessions() == 0);
    assertThat(server.taken()).isEmpty();
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void whatSendersAskForIsInTheEnvelope() throws IOException {
    String sender = "<a@example.org> RET=HDRS ENVID=QQ+2B314";
    String recipient = "<b@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c@example.org";
    try (SmtpPeer peer = begun(Sites.OUTSIDER, sender, recipient)) {
      peer.send("DATA").says("354").send("x", ".").says("250 2.0.0");
    }
    var envelope = server.taken().getFirst().envelope();
    assertThat(envelope.parameters()).isEqualTo(new MailParameters(Return.HDRS, "QQ+2B314", false));
    assertThat(envelope.recipients().getFirst().parameters().notices())
        .containsExactlyInAnyOrder(Notify.SUCCESS, Notify.FAILURE);
    assertThat(envelope.recipients().getFirst().parameters().orcpt())
        .isEqualTo("rfc822;c@example.org");
  }

  @Test
  void asManyRecipientsAsLimitsSays() throws IOException {
    try (SmtpPeer peer = begun(Sites.APP_SERVER, "<>", "<1@example.org>")) {
      peer.send("RCPT TO:<2@example.org>", "RCPT TO:<3@example.org>", "RCPT TO:<4@example.org>");
      peer.says("250").says("250").says("452 4.5.3");
    }
  }

  private SmtpPeer begun(InetAddress client, String sender, String recipient) throws IOException {
    SmtpPeer peer = server.from(client);
    peer.says("220").send("EHLO app.example").endsWith("250 ENHANCEDSTATUSCODES");
    peer.send("MAIL FROM:" + sender, "RCPT TO:" + recipient);
    return peer.says("250 2.1.0").says("250 2.1.5");
  }
}
