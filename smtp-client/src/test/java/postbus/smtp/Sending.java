package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Scope;
import postbus.smtp.SmtpConnector.Opened;
import postbus.testkit.ScriptedSmtpServer;

/** What stories about sending have in common: a caller, mails, and a look at how they ended. */
final class Sending {
  static final Duration LONG = Duration.ofSeconds(30);
  static final Duration SHORT = Duration.ofMillis(300);
  static final SmtpWaits WAITS = new SmtpWaits(LONG, LONG, LONG, LONG, LONG, LONG);
  static final SmtpWaits IMPATIENT = new SmtpWaits(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT);
  static final BooleanSupplier GO_ON = () -> true;
  static final InetAddress SOURCE = InetAddress.ofLiteral("127.0.0.3");
  static final String CONTENT = "Subject: hello\r\n\r\n.dots\r\n..\r\nend\r\n";

  private Sending() {}

  static SmtpConnection connect(ScriptedSmtpServer server) {
    return connected(new SmtpConnector(caller(false), WAITS).open(List.of(at(server))));
  }

  static SmtpConnection connected(Opened opened) {
    return switch (opened) {
      case Opened.Connected(SmtpConnection connection) -> connection;
      case Opened.Failed(Outcome why) -> throw new AssertionError(why.toString());
    };
  }

  static Outcome failure(Opened opened) {
    return switch (opened) {
      case Opened.Connected(SmtpConnection connection) ->
          throw new AssertionError("connected to " + connection.server());
      case Opened.Failed(Outcome why) -> why;
    };
  }

  static Caller caller(boolean startTls) {
    return new Caller(List.of(SOURCE), "relay.example.org", startTls);
  }

  static Server at(ScriptedSmtpServer server) {
    return new Server("localhost", server.address(), server.port());
  }

  static Transaction mail(String content, String... to) {
    return from("s@x.org", content, to);
  }

  static Transaction from(String sender, String content, String... to) {
    byte[] octets = content.getBytes(StandardCharsets.UTF_8);
    boolean isAscii = octets.length == content.length();
    return new Transaction(
        ReversePath.of(sender),
        Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
        new Body(octets.length, !isAscii, false, Optional.empty()),
        MailParameters.NONE,
        _ -> new Content.Ready(octets.length, () -> new ByteArrayInputStream(octets), !isAscii));
  }

  static Transaction with(Transaction mail, Content content) {
    return new Transaction(
        mail.reversePath(), mail.recipients(), mail.body(), mail.parameters(), content);
  }

  static Transaction with(Transaction mail, MailParameters parameters) {
    return new Transaction(
        mail.reversePath(), mail.recipients(), mail.body(), parameters, mail.content());
  }

  static Transaction to(Transaction mail, Recipient... recipients) {
    return new Transaction(
        mail.reversePath(), List.of(recipients), mail.body(), mail.parameters(), mail.content());
  }

  static List<Outcome> outcomes(Sent sent) {
    return switch (sent) {
      case Sent.Ended(List<Sent.Result> results, List<Recipient> _) ->
          results.stream().map(Sent.Result::outcome).toList();
      case Sent.Abandoned _, Sent.Stale _ -> throw new AssertionError(sent.toString());
    };
  }

  static List<String> untried(Sent sent) {
    return ((Sent.Ended) sent).untried().stream().map(to -> to.address().toString()).toList();
  }

  static void delivered(Sent sent) {
    assertThat(outcomes(sent)).allSatisfy(o -> assertThat(o).isInstanceOf(Outcome.Delivered.class));
  }

  static Scope scopeOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Deferred(Scope scope, Cause _) -> scope;
      case Outcome.Bounced(Scope scope, Cause _) -> scope;
      case Outcome.Delivered _ -> throw new AssertionError("delivered");
    };
  }
}
