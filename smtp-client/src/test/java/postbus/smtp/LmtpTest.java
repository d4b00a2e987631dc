package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.IMPATIENT;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.connected;
import static postbus.smtp.Sending.failure;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.scopeOf;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.Outcome;
import postbus.mail.Outcome.Bounced;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Outcome.Delivered;
import postbus.mail.Scope;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** LMTP differs from SMTP in its replies to the final dot. */
class LmtpTest {
  private ScriptedSmtpServer server = ScriptedSmtpServer.start();

  @AfterEach
  void stop() {
    assertThat(server.violations()).isEmpty();
    server.close();
  }

  @Test
  void eachRecipientHasItsOwnOutcome() {
    try (SmtpConnection connection = connected(connector(server.port()).open())) {
      List<Outcome> outcomes =
          outcomes(
              connection.send(
                  mail(
                      CONTENT,
                      "permfail@a.org",
                      "jane@a.org",
                      "full@a.org",
                      "tempfail@a.org",
                      "tempdata@a.org",
                      "joe@a.org"),
                  GO_ON));

      assertThat(outcomes)
          .<Class<?>>extracting(Outcome::getClass)
          .containsExactly(
              Bounced.class,
              Delivered.class,
              Bounced.class,
              Deferred.class,
              Deferred.class,
              Delivered.class);
      assertThat(outcomes.get(2).why().reply().toString())
          .isEqualTo("552 5.2.2 <full@a.org> Quota exceeded");
      assertThat(scopeOf(outcomes.get(4))).isEqualTo(Scope.RECIPIENT);
      assertThat(connection.isUsable()).isTrue();
      Sending.delivered(connection.send(mail(CONTENT, "jane@a.org"), GO_ON));
    }
    assertThat(server.mails()).hasSize(2).allMatch(mail -> mail.text().equals(CONTENT));
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void whoHasHadNoReplyWhenTheSessionEndsIsDeferred() {
    try (SmtpConnection connection = connected(connector(server.port()).open())) {
      List<Outcome> outcomes =
          outcomes(
              connection.send(
                  mail(CONTENT, "jane@a.org", "drop-after-dot@a.org", "joe@a.org"), GO_ON));

      assertThat(outcomes.getFirst()).isInstanceOf(Delivered.class);
      assertThat(outcomes.subList(1, 3)).allMatch(outcome -> scopeOf(outcome) == Scope.SESSION);
      assertThat(connection.isUsable()).isFalse();
    }
  }

  @Test
  void aMailForNobodyIsNotSentAndTheSessionGoesOn() {
    try (SmtpConnection connection = connected(connector(server.port()).open())) {
      assertThat(outcomes(connection.send(mail(CONTENT, "permfail@a.org"), GO_ON)))
          .singleElement()
          .isInstanceOf(Bounced.class);
      Sending.delivered(connection.send(mail(CONTENT, "jane@a.org"), GO_ON));
    }
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void otherScriptsNeedNoOffer() {
    server.close();
    server = ScriptedSmtpServer.start(Script.GOOD.offering(Script.Extension.PIPELINING));
    try (SmtpConnection connection = connected(connector(server.port()).open())) {
      Sending.delivered(connection.send(mail(CONTENT, "j\u00e4n@a.org"), GO_ON));
    }
  }

  @Test
  void aServerThatIsAwayOrSilentDefersItsSite(@TempDir Path folder) throws Exception {
    assertThat(scopeOf(failure(connector(FreePort.here()).open()))).isEqualTo(Scope.SITE);

    Path path = folder.resolve("lmtp");
    LmtpConnector socket = LmtpConnector.socket(path, "relay.example.org", IMPATIENT);
    assertThat(failure(socket.open()).why().remote()).isEqualTo(path.toString());
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(path), 1);
      for (int i = 0; i < 4; i++) {
        assertThat(scopeOf(failure(socket.open()))).isEqualTo(Scope.SITE);
      }
    }
  }

  private static LmtpConnector connector(int port) {
    return LmtpConnector.tcp("localhost", port, "relay.example.org", WAITS);
  }
}
