package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import postbus.mail.Body;
import postbus.mail.EmailAddress;
import postbus.mail.HeaderField;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Scope;
import postbus.smtp.SmtpConnector.Opened;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** One connection against a server that does what it likes. */
@Timeout(20)
class SmtpConnectionTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final SmtpWaits WAITS = new SmtpWaits(LONG, LONG, LONG, LONG, LONG, LONG);
  private static final SmtpWaits IMPATIENT =
      new SmtpWaits(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT);
  private static final BooleanSupplier GO_ON = () -> true;
  private static final InetAddress SOURCE = InetAddress.ofLiteral("127.0.0.3");
  private static final String CONTENT = "Subject: hello\r\n\r\n.dots\r\n..\r\nend\r\n";

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aMailArrivesOctetForOctet(boolean pipelining) {
    Script script = pipelining ? Script.GOOD : Script.GOOD.offering(Extension.SIZE);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server, false)) {
      assertThat(connection.send(mail(CONTENT, "a@x.org", "b@x.org"), GO_ON))
          .satisfies(sent -> allAre(sent, Outcome.Delivered.class));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.text()).isEqualTo("Received: by us\r\n" + CONTENT);
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
        SmtpConnection connection = connect(server, false)) {
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
        SmtpConnection connection = connect(server, false)) {
      allAre(connection.send(mail(CONTENT, all), GO_ON), Outcome.Delivered.class);
      assertThat(server.awaitMails(1, LONG).getFirst().recipients()).containsExactly(all);
    }
  }

  @Test
  void aLargeContentIsStreamed() {
    String large = "x".repeat(998).concat("\r\n").repeat(3000);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false)) {
      allAre(connection.send(mail(large, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(server.awaitMails(1, LONG).getFirst().content()).hasSize(17 + large.length());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tempfail@x.org, Deferred, RECIPIENT, 450 4.2.0 Mailbox busy",
    "permfail@x.org, Bounced, RECIPIENT, 550 5.1.1 No such user",
    "421@x.org, Deferred, SESSION, 421 4.3.2 Going down",
    "drop@x.org, Deferred, SESSION, 451 4.4.2 the connection was closed",
    "garbage@x.org, Deferred, SESSION, 451 4.4.2 not a reply: ? this is not SMTP",
    "nodata@x.org, Bounced, MAIL, 554 5.3.0 No data today",
    "tempdata@x.org, Deferred, MAIL, 451 4.3.0 Not now",
    "permdata@x.org, Bounced, MAIL, 554 5.6.0 Content refused",
    "drop-after-dot@x.org, Deferred, SESSION, 451 4.4.2 the connection was closed",
  })
  void whatTheServerSaysDecides(String to, String kind, Scope scope, String reply) {
    for (Script script : List.of(Script.GOOD, Script.GOOD.offering())) {
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server, false)) {
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
        SmtpConnection connection = connect(server, false)) {
      Sent sent = connection.send(mail(large, "drop-in-data@x.org", "a@x.org"), GO_ON);
      assertThat(outcomes(sent)).allMatch(o -> scopeOf(o) == Scope.SESSION);
    }
  }

  @Test
  void eachRecipientHasAnOutcomeOfItsOwn() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false)) {
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
        SmtpConnection connection = connect(server, false)) {
      Transaction mail = from("permfail@x.org", CONTENT, "a@x.org", "b@x.org");
      assertThat(outcomes(connection.send(mail, GO_ON)))
          .allMatch(o -> o instanceof Outcome.Bounced(Scope scope, var _) && scope == Scope.MAIL);
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
    }
  }

  @Test
  void beforeTheFinalDotItCanBeAbandoned() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false)) {
      Sent sent = connection.send(mail(CONTENT, "a@x.org"), () -> false);
      assertThat(sent).isInstanceOf(Sent.Abandoned.class);
      assertThat(connection.isUsable()).isFalse();
      assertThat(server.mails()).isEmpty();
    }
  }

  @Test
  void aServerThatHasEnoughOfTheConnectionMakesItStale() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.mailsMax(1));
        SmtpConnection connection = connect(server, false)) {
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(connection.send(mail(CONTENT, "b@x.org"), GO_ON)).isInstanceOf(Sent.Stale.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"hang@x.org", "drip@x.org"})
  void aServerThatNeverEndsItsReplyIsLeft(String to) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false, IMPATIENT)) {
      Outcome outcome = outcomes(connection.send(mail(CONTENT, to), GO_ON)).getFirst();
      assertThat(outcome.why().reply().text()).isEqualTo("no answer in time");
      assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
    }
  }

  @ParameterizedTest
  @CsvSource({"421 busy", "554 go away", "SSH-2.0-OpenSSH"})
  void aServerThatWillNotTalkDefersTheSite(String greeting) {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.greeting(greeting))) {
      assertThat(open(List.of(at(server)), false, WAITS))
          .isInstanceOfSatisfying(
              Opened.Failed.class,
              failed -> assertThat(failed.outcome().scope()).isEqualTo(Scope.SITE));
    }
  }

  @Test
  void aLateGreetingDefersTheSite() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.greetingDelay(LONG))) {
      assertThat(open(List.of(at(server)), false, IMPATIENT)).isInstanceOf(Opened.Failed.class);
    }
  }

  @Test
  void theNextServerIsTriedWhereOneIsDead() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      free = socket.getLocalPort();
    }
    Server dead = new Server("localhost", InetAddress.ofLiteral("127.0.0.1"), free);
    Server other = new Server("six", InetAddress.ofLiteral("::1"), free);
    try (ScriptedSmtpServer busy = ScriptedSmtpServer.start(Script.GOOD.greeting("421 busy"));
        ScriptedSmtpServer good = ScriptedSmtpServer.start()) {
      Opened opened = open(List.of(dead, other, at(busy), at(good)), false, WAITS);
      assertThat(opened)
          .isInstanceOfSatisfying(
              Opened.Connected.class,
              c -> assertThat(c.connection().server().port()).isEqualTo(good.port()));
    }
  }

  @Test
  void aServerThatKnowsOnlyHeloIsSpokenTo() {
    try (ScriptedSmtpServer server =
            ScriptedSmtpServer.start(Script.GOOD.offering(Extension.NO_EHLO));
        SmtpConnection connection = connect(server, true)) {
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "BROKEN_STARTTLS", "REFUSED_STARTTLS"})
  void tlsIsUsedWhereItWorks(Extension extension) {
    Script script = Script.GOOD.offering(Extension.PIPELINING, extension);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server, true)) {
      assertThat(connection.isTls()).isEqualTo(extension == Extension.STARTTLS);
      allAre(connection.send(mail(CONTENT, "a@x.org"), GO_ON), Outcome.Delivered.class);
      assertThat(server.awaitMails(1, LONG).getFirst().tls())
          .isEqualTo(extension == Extension.STARTTLS);
    }
  }

  @Test
  void tlsIsNeverUsedWhereWeWillNot() {
    Script script = Script.GOOD.offering(Extension.STARTTLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server, false)) {
      assertThat(connection.isTls()).isFalse();
    }
  }

  @Test
  void aMailThatNeedsSmtpUtf8IsBouncedWhereThereIsNone() {
    try (ScriptedSmtpServer server =
            ScriptedSmtpServer.start(Script.GOOD.offering(Extension.EIGHT_BIT_MIME));
        SmtpConnection connection = connect(server, false)) {
      Outcome outcome = outcomes(connection.send(mail(CONTENT, "jörg@x.org"), GO_ON)).getFirst();
      assertThat(outcome).isInstanceOf(Outcome.Bounced.class);
      assertThat(outcome.why().reply().status()).hasToString("Optional[5.6.7]");
    }
  }

  @Test
  void utf8AndEightBitAreDeclaredWhereOffered() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false)) {
      allAre(connection.send(mail("ö\r\n", "jörg@x.org"), GO_ON), Outcome.Delivered.class);
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.mailLine()).endsWith(" BODY=8BITMIME SMTPUTF8");
      assertThat(received.recipients()).containsExactly("jörg@x.org");
    }
  }

  @Test
  void aContentThatCannotBeReadDefersTheMail() {
    Transaction good = mail(CONTENT, "a@x.org");
    Transaction broken =
        new Transaction(
            good.reversePath(),
            good.recipients(),
            good.body(),
            good.added(),
            () -> {
              throw new IOException("gone");
            });
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server, false)) {
      Outcome outcome = outcomes(connection.send(broken, GO_ON)).getFirst();
      assertThat(outcome).isInstanceOf(Outcome.Deferred.class);
      assertThat(server.mails()).isEmpty();
    }
  }

  private static SmtpConnection connect(ScriptedSmtpServer server, boolean startTls) {
    return connect(server, startTls, WAITS);
  }

  private static SmtpConnection connect(
      ScriptedSmtpServer server, boolean startTls, SmtpWaits waits) {
    return switch (open(List.of(at(server)), startTls, waits)) {
      case Opened.Connected(SmtpConnection connection) -> connection;
      case Opened.Failed(Outcome.Deferred why) -> throw new AssertionError(why.toString());
    };
  }

  private static Opened open(List<Server> servers, boolean startTls, SmtpWaits waits) {
    return new SmtpConnector(new Caller(SOURCE, "relay.example.org", startTls), waits)
        .open(servers);
  }

  private static Server at(ScriptedSmtpServer server) {
    return new Server("localhost", server.address(), server.port());
  }

  private static Transaction mail(String content, String... to) {
    return from("s@x.org", content, to);
  }

  private static Transaction from(String sender, String content, String... to) {
    byte[] octets = content.getBytes(StandardCharsets.UTF_8);
    boolean isAscii = octets.length == content.length();
    return new Transaction(
        ReversePath.of(sender),
        Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
        new Body(octets.length, !isAscii, false, Optional.empty()),
        List.of(new HeaderField("Received", "by us")),
        () -> new ByteArrayInputStream(octets));
  }

  private static List<Outcome> outcomes(Sent sent) {
    return switch (sent) {
      case Sent.Ended(List<Sent.Result> results) ->
          results.stream().map(Sent.Result::outcome).toList();
      case Sent.Abandoned _, Sent.Stale _ -> throw new AssertionError(sent.toString());
    };
  }

  private static void allAre(Sent sent, Class<? extends Outcome> kind) {
    assertThat(outcomes(sent)).allSatisfy(o -> assertThat(o).isInstanceOf(kind));
  }

  private static Scope scopeOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Deferred(Scope scope, var _) -> scope;
      case Outcome.Bounced(Scope scope, var _) -> scope;
      case Outcome.Delivered _ -> throw new AssertionError("delivered");
    };
  }
}
