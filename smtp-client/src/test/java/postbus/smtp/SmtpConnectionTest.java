package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.IMPATIENT;
import static postbus.smtp.Sending.LONG;
import static postbus.smtp.Sending.SOURCE;
import static postbus.smtp.Sending.WAITS;
import static postbus.smtp.Sending.at;
import static postbus.smtp.Sending.from;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.scopeOf;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** One connection against a server that does what it likes. */
@Timeout(120)
class SmtpConnectionTest {
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aMailArrivesOctetForOctet(boolean pipelining) {
    Script script = pipelining ? Script.GOOD : Script.GOOD.offering(Extension.SIZE);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server, WAITS)) {
      assertThat(connection.send(mail(CONTENT, "a@x.org", "b@x.org"), GO_ON))
          .satisfies(sent -> allAre(sent, Outcome.Delivered.class));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.text()).isEqualTo(CONTENT);
      assertThat(received.peer()).isEqualTo(SOURCE);
      assertThat(received.helo()).isEqualTo("relay.example.org");
      assertThat(received.tls()).isFalse();
      assertThat(received.recipients()).containsExactly("a@x.org", "b@x.org");
      assertThat(received.mailLine()).contains("MAIL FROM:<s@x.org> SIZE=");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void oneConnectionServesManyMails() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      for (int i = 0; i < 50; i++) {
        allAre(connection.send(mail(CONTENT, "r" + i + "@x.org"), GO_ON), Outcome.Delivered.class);
      }
      assertThat(server.awaitMails(50, LONG)).allMatch(mail -> mail.connection() == 1);
    }
  }

  @Test
  void aThousandRecipientsGoInGroups() {
    String[] all =
        IntStream.range(0, 1000).mapToObj(i -> "r" + i + "@x.org").toArray(String[]::new);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      allAre(connection.send(mail(CONTENT, all), GO_ON), Outcome.Delivered.class);
      assertThat(server.awaitMails(1, LONG).getFirst().recipients()).containsExactly(all);
    }
  }

  @Test
  void aLargeContentIsStreamed() {
    String large = "x".repeat(998).concat("\r\n").repeat(3000);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      allAre(connection.send(mail(large, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(server.awaitMails(1, LONG).getFirst().content()).hasSize(large.length());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tempfail@x.org, Deferred, RECIPIENT, 450 4.2.0 Mailbox busy",
    "permfail@x.org, Bounced, RECIPIENT, 550 5.1.1 No such user",
    "421@x.org, Deferred, SESSION, 421 4.3.2 Going down",
    "drop@x.org, Deferred, SESSION, 451 4.4.2 the connection was closed",
    "half@x.org, Deferred, SESSION, 451 4.4.2 the connection was closed",
    "garbage@x.org, Deferred, SESSION, 451 4.4.2 not a reply: ? this is not SMTP",
    "nodata@x.org, Bounced, MAIL, 554 5.3.0 No data today",
    "tempdata@x.org, Deferred, MAIL, 451 4.3.0 Not now",
    "permdata@x.org, Bounced, MAIL, 554 5.6.0 Content refused",
    "drop-after-dot@x.org, Deferred, SESSION, 451 4.4.2 the connection was closed",
  })
  void whatTheServerSaysDecides(String to, String kind, Scope scope, String reply) {
    for (Script script : List.of(Script.GOOD, Script.GOOD.offering(), Script.CHUNKED)) {
      if (script == Script.CHUNKED && to.startsWith("nodata")) {
        continue; // It says no to DATA, which is not said.
      }
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server, WAITS)) {
        Outcome outcome = outcomes(connection.send(mail(CONTENT, to), GO_ON)).getFirst();
        assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(scopeOf(outcome)).isEqualTo(scope);
        assertThat(outcome.why().reply()).hasToString(reply);
        assertThat(outcome.why().remote()).isEqualTo("localhost[127.0.0.1]:" + server.port());
        assertThat(connection.isUsable()).isEqualTo(scope != Scope.SESSION);
        if (connection.isUsable()) {
          allAre(connection.send(mail(CONTENT, "next@x.org"), GO_ON), Outcome.Delivered.class);
        }
        assertThat(server.violations()).isEmpty();
      }
    }
  }

  @Test
  void aConnectionThatBreaksInTheContentDefersAll() {
    String large = "x".repeat(998).concat("\r\n").repeat(8000);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      Sent sent = connection.send(mail(large, "drop-in-data@x.org", "a@x.org"), GO_ON);
      assertThat(outcomes(sent)).allMatch(o -> scopeOf(o) == Scope.SESSION);
    }
  }

  @Test
  void eachRecipientHasAnOutcomeOfItsOwn() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      Sent sent =
          connection.send(mail(CONTENT, "tempfail@x.org", "good@x.org", "permfail@x.org"), GO_ON);
      assertThat(outcomes(sent))
          .extracting(o -> o.getClass().getSimpleName())
          .containsExactly("Deferred", "Delivered", "Bounced");
      assertThat(server.awaitMails(1, LONG).getFirst().recipients()).containsExactly("good@x.org");
    }
  }

  @Test
  void aRefusedSenderIsAboutTheMail() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      Transaction mail = from("permfail@x.org", CONTENT, "a@x.org", "b@x.org");
      assertThat(outcomes(connection.send(mail, GO_ON)))
          .allMatch(o -> o instanceof Outcome.Bounced(Scope scope, var _) && scope == Scope.MAIL);
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
    }
  }

  @Test
  void beforeTheFinalDotItCanBeAbandoned() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      Sent sent = connection.send(mail(CONTENT, "a@x.org"), () -> false);
      assertThat(sent).isInstanceOf(Sent.Abandoned.class);
      assertThat(connection.isUsable()).isFalse();
      assertThat(server.mails()).isEmpty();
    }
  }

  @Test
  void aServerThatHasEnoughOfTheConnectionMakesItStale() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.mailsMax(1));
        SmtpConnection connection = connect(server, WAITS)) {
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(connection.send(mail(CONTENT, "b@x.org"), GO_ON)).isEqualTo(new Sent.Stale(false));
    }
  }

  @ParameterizedTest
  @CsvSource({"drop@x.org", "half@x.org"})
  void aConnectionThatBreaksBeforeTheMailIsStaleOnlyIfItHadServed(String sender) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      try (SmtpConnection fresh = connect(server, WAITS)) {
        Outcome outcome = outcomes(fresh.send(from(sender, CONTENT, "a@x.org"), GO_ON)).getFirst();
        assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
        assertThat(fresh.isUsable()).isFalse();
      }
      try (SmtpConnection reused = connect(server, WAITS)) {
        allAre(reused.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
        assertThat(reused.send(from(sender, CONTENT, "a@x.org"), GO_ON))
            .isEqualTo(new Sent.Stale(false));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"hang@x.org", "drip@x.org"})
  void aServerThatNeverEndsItsReplyIsLeft(String to) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, IMPATIENT)) {
      Outcome outcome = outcomes(connection.send(mail(CONTENT, to), GO_ON)).getFirst();
      assertThat(outcome.why().reply().text()).isEqualTo("no answer in time");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
    }
  }

  @Test
  void aServerThatKnowsOnlyHeloIsSpokenTo() {
    try (ScriptedSmtpServer server =
            ScriptedSmtpServer.start(Script.GOOD.offering(Extension.NO_EHLO));
        SmtpConnection connection = connect(server, WAITS)) {
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aContentThatCannotBeReadCostsTheConnectionNothing() {
    Transaction good = mail(CONTENT, "a@x.org");
    Transaction broken =
        Sending.with(
            good,
            _ -> {
              throw new IOException("s3://somewhere: 503");
            });
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, WAITS)) {
      Outcome outcome = outcomes(connection.send(broken, GO_ON)).getFirst();
      assertThat(outcome).isEqualTo(Outcome.unread("DATA"));
      assertThat(server.mails()).isEmpty();
      allAre(connection.send(good, GO_ON), Outcome.Delivered.class);
    }
  }

  private static SmtpConnection connect(ScriptedSmtpServer server, SmtpWaits waits) {
    SmtpConnector connector = new SmtpConnector(Sending.caller(false), waits);
    return Sending.connected(connector.open(List.of(at(server))));
  }

  private static void allAre(Sent sent, Class<? extends Outcome> kind) {
    assertThat(outcomes(sent)).allSatisfy(o -> assertThat(o).isInstanceOf(kind));
  }
}
