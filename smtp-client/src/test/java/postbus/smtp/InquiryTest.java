package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.smtp.SmtpConnector.Opened;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** A server is asked about recipients, and is offered no mail. */
@Timeout(120)
class InquiryTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final InetAddress SOURCE = InetAddress.ofLiteral("127.0.0.3");

  @Test
  void aRecipientThatTheServerWouldTakeIsTaken() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, LONG)) {
      assertThat(connection.inquire(to("known"))).isEqualTo(new Inquiry.Taken());
      connection.quit();
      assertThat(server.contentsBegun()).isZero();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aRefusalIsTheServersOwnReply() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, LONG)) {
      assertThat(connection.inquire(to("permfail")))
          .isEqualTo(new Inquiry.Refused(SmtpReply.of(550, "5.1.1", "No such user")));
    }
  }

  @Test
  void oneConnectionAnswersSeveralQuestions() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, LONG)) {
      assertThat(connection.inquire(to("tempfail"))).isInstanceOf(Inquiry.Undecided.class);
      assertThat(connection.inquire(to("permfail"))).isInstanceOf(Inquiry.Refused.class);
      assertThat(connection.inquire(to("known"))).isInstanceOf(Inquiry.Taken.class);
      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"421", "drop", "hang", "drip", "garbage"})
  void whatIsNoAnswerAboutTheRecipientIsSilence(String misbehaviour) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, SHORT)) {
      assertThat(connection.inquire(to(misbehaviour))).isInstanceOf(Inquiry.Silent.class);
    }
  }

  @Test
  void anAddressInUtf8IsDeclaredOrNotAskedAbout() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, LONG)) {
      assertThat(connection.inquire(to("zoë"))).isEqualTo(new Inquiry.Taken());
    }
    Script ascii = Script.GOOD.offering(Extension.PIPELINING);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(ascii);
        SmtpConnection connection = connect(server, LONG)) {
      assertThat(connection.inquire(to("zoë"))).isInstanceOf(Inquiry.Undecided.class);
      assertThat(server.violations()).isEmpty();
    }
  }

  private static EmailAddress to(String localPart) {
    return new EmailAddress(localPart, "x.org");
  }

  private static SmtpConnection connect(ScriptedSmtpServer server, Duration wait) {
    SmtpConnector connector =
        new SmtpConnector(
            new Caller(List.of(SOURCE), "relay.example.org", true),
            new SmtpWaits(wait, wait, wait, wait, wait, wait));
    Server peer = new Server("peer.example.net", server.address(), server.port());
    return ((Opened.Connected) connector.open(List.of(peer))).connection();
  }
}
