package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.dns.MailExchangers;
import postbus.log.Mail;
import postbus.mail.NextHop;
import postbus.site.DeliveryLimits;
import postbus.site.SigningKey;
import postbus.site.Site;
import postbus.smtp.Caller;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;
import postbus.testkit.ScriptedSmtpServer;

/** Mails that are signed as they leave, with the keys that are there then. */
@Timeout(120)
class SendingTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private Path folder;
  private int mails;

  @Test
  void aNewKeySignsTheNextMailAndABrokenOneNone() throws Exception {
    Path file = folder.resolve("wiki.pem");
    Files.writeString(file, key("RSA"));
    Sending sending = sending(file);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      assertThat(algorithm(sending, connection, server)).isEqualTo("rsa-sha256");

      Files.writeString(file, key("Ed25519"));
      await()
          .atMost(LONG)
          .until(() -> algorithm(sending, connection, server).equals("ed25519-sha256"));

      Files.writeString(file, "no key any more");
      await()
          .during(Duration.ofMillis(200))
          .atMost(LONG)
          .until(() -> algorithm(sending, connection, server).equals("ed25519-sha256"));
    }
  }

  @Test
  void aKeyThatIsBrokenFromTheStartIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("wiki.pem"), "no key");
    assertThatThrownBy(() -> sending(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": nothing in PEM; expected a private key in PEM");
  }

  private static Sending sending(Path key) {
    List<SigningKey> keys = List.of(new SigningKey("x.org", "s1", key));
    Site.Pool pool =
        new Site.Pool(
            "signing", List.of(HERE), "relay.x.org", Site.Tls.NEVER, keys, Optional.empty());
    MailExchangers noDns = _ -> new MailExchangers.Never("no DNS here");
    return new Sending(
        pool,
        DeliveryLimits.DEFAULT,
        new NextHops(noDns, 25),
        mail -> new ByteArrayInputStream(mail.content()));
  }

  private static SmtpConnection connect(ScriptedSmtpServer server) {
    SmtpWaits waits = new SmtpWaits(LONG, LONG, LONG, LONG, LONG, LONG);
    Caller caller = new Caller(List.of(HERE), "relay.x.org", false);
    Server at = new Server("peer", server.address(), server.port());
    Opened opened = new SmtpConnector(caller, waits).open(List.of(at));
    return ((Opened.Connected) opened).connection();
  }

  /** Of the signature of a mail that is sent now. */
  private String algorithm(Sending sending, SmtpConnection connection, ScriptedSmtpServer server) {
    Mail sample = PoolRig.mail(server.port(), "a@y.org").mail();
    String content = "From: s@x.org\r\nSubject: hello\r\n\r\nhello\r\n";
    Mail mail = new Mail(sample.envelope(), content.getBytes(StandardCharsets.US_ASCII));
    NextHop hop = KeptConnection.nextHop(mail.envelope());
    var _ = sending.send(new KeptConnection(connection, hop), mail, () -> true);
    String received = server.awaitMails(++mails, LONG).getLast().text();
    assertThat(received).startsWith("DKIM-Signature: v=1; a=");
    return received.substring("DKIM-Signature: v=1; a=".length(), received.indexOf("; c="));
  }

  private static String key(String algorithm) throws GeneralSecurityException {
    byte[] der =
        KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
