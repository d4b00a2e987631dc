package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.IMPATIENT;
import static postbus.smtp.Sending.LONG;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.at;
import static postbus.smtp.Sending.connected;
import static postbus.smtp.Sending.delivered;
import static postbus.smtp.Sending.failure;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.scopeOf;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.smtp.SmtpConnector.Opened;
import postbus.testkit.FreePort;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Which servers are connected to, and from where. */
@Timeout(120)
class SmtpConnectorTest {

  @Test
  void severalSourcesAreUsedInTurn() {
    SmtpConnector connector = connector("127.0.0.3", "127.0.0.4", "::1");
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      for (int i = 0; i < 4; i++) {
        try (SmtpConnection connection = connected(connector.open(List.of(at(server))))) {
          delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
        }
      }
      assertThat(server.awaitMails(4, LONG))
          .extracting(ReceivedMail::peer)
          .containsExactlyInAnyOrder(
              address("127.0.0.3"),
              address("127.0.0.4"),
              address("127.0.0.3"),
              address("127.0.0.4"));
    }
  }

  @Test
  void aServerIsReachedFromAnAddressOfItsOwnFamily() {
    try (ScriptedSmtpServer six = ScriptedSmtpServer.start(Script.GOOD, address("::1"), 0);
        SmtpConnection connection =
            connected(connector("127.0.0.3", "::1").open(List.of(at(six))))) {
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(six.awaitMails(1, LONG).getFirst().peer()).isEqualTo(address("::1"));
    }
  }

  @Test
  void whoHasNoIpv6SkipsServersThatHaveNothingElse() {
    try (ScriptedSmtpServer six = ScriptedSmtpServer.start(Script.GOOD, address("::1"), 0);
        ScriptedSmtpServer four = ScriptedSmtpServer.start();
        SmtpConnection connection =
            connected(connector("127.0.0.3").open(List.of(at(six), at(four))))) {
      assertThat(((Server) connection.server()).port()).isEqualTo(four.port());
      assertThat(six.connections()).isZero();
      assertThat(scopeOf(failure(connector("127.0.0.3").open(List.of(at(six))))))
          .isEqualTo(Scope.SITE);
    }
  }

  @ParameterizedTest
  @CsvSource({"421 busy", "554 go away", "SSH-2.0-OpenSSH"})
  void aServerThatWillNotTalkDefersTheSite(String greeting) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.greeting(greeting))) {
      Outcome outcome = failure(connector("127.0.0.3").open(List.of(at(server))));
      assertThat(scopeOf(outcome)).isEqualTo(Scope.SITE);
      assertThat(Trouble.pressure(outcome)).isEqualTo(Pressure.CLOSE);
    }
  }

  @Test
  void aLateGreetingDefersTheSite() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.greetingDelay(LONG))) {
      SmtpConnector impatient = new SmtpConnector(Sending.caller(false), IMPATIENT);
      assertThat(scopeOf(failure(impatient.open(List.of(at(server)))))).isEqualTo(Scope.SITE);
    }
  }

  @Test
  void theNextServerIsTriedWhereOneIsDead() throws IOException {
    int free = FreePort.here();
    Server dead = new Server("localhost", InetAddress.ofLiteral("127.0.0.1"), free);
    Server other = new Server("six", InetAddress.ofLiteral("::1"), free);
    try (ScriptedSmtpServer busy = ScriptedSmtpServer.start(Script.GOOD.greeting("421 busy"));
        ScriptedSmtpServer good = ScriptedSmtpServer.start()) {
      Opened opened = connector("127.0.0.3").open(List.of(dead, other, at(busy), at(good)));
      assertThat(opened)
          .isInstanceOfSatisfying(
              Opened.Connected.class,
              c -> assertThat(((Server) c.connection().server()).port()).isEqualTo(good.port()));
    }
  }

  private static SmtpConnector connector(String... sources) {
    List<InetAddress> all = Arrays.stream(sources).map(InetAddress::ofLiteral).toList();
    return new SmtpConnector(new Caller(all, "relay.example.org", false), WAITS);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
