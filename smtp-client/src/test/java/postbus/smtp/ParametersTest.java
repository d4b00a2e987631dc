package postbus.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.smtp.Sending.CONTENT;
import static postbus.smtp.Sending.GO_ON;
import static postbus.smtp.Sending.LONG;
import static postbus.smtp.Sending.connect;
import static postbus.smtp.Sending.delivered;
import static postbus.smtp.Sending.from;
import static postbus.smtp.Sending.mail;
import static postbus.smtp.Sending.outcomes;
import static postbus.smtp.Sending.to;
import static postbus.smtp.Sending.untried;
import static postbus.smtp.Sending.with;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Body;
import postbus.mail.EmailAddress;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.Scope;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** What senders ask for, and how much a server takes. */
@Timeout(120)
class ParametersTest {
  private static final MailParameters FULL = new MailParameters(Return.FULL, "QQ+2B314", false);
  private static final EmailAddress ADDRESS = EmailAddress.of("a@x.org");
  private static final Recipient ASKING =
      new Recipient(
          ADDRESS,
          ADDRESS,
          new RecipientParameters(
              Set.of(Notify.DELAY, Notify.SUCCESS, Notify.FAILURE), "rfc822;bob@x.org"));
  private static final Recipient SILENT =
      new Recipient(ADDRESS, ADDRESS, new RecipientParameters(Set.of(Notify.NEVER), ""));

  @Test
  void whatSendersAskForByDsnIsPassedOnAsTheySentIt() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.CHUNKED);
        SmtpConnection connection = connect(server)) {
      assertThat(connection.offersDsn()).isTrue();
      Transaction mail = with(mail(CONTENT, "a@x.org"), FULL);
      Sent sent = connection.send(to(mail, ASKING, SILENT, Recipient.of(ADDRESS)), GO_ON);
      assertThat(outcomes(sent)).allMatch(o -> o instanceof Outcome.Delivered(var _, var on) && on);
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.mailLine()).endsWith(" RET=FULL ENVID=QQ+2B314");
      assertThat(received.rcptLines())
          .containsExactly(
              "RCPT TO:<a@x.org> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;bob@x.org",
              "RCPT TO:<a@x.org> NOTIFY=NEVER",
              "RCPT TO:<a@x.org>");
    }
  }

  @Test
  void whatAServerDoesNotOfferIsLeftOut() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.offering());
        SmtpConnection connection = connect(server)) {
      assertThat(connection.offersDsn()).isFalse();
      Sent sent = connection.send(to(with(mail(CONTENT, "a@x.org"), FULL), ASKING), GO_ON);
      assertThat(outcomes(sent))
          .allMatch(o -> o instanceof Outcome.Delivered(var _, var passedOn) && !passedOn);
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.mailLine()).isEqualTo("MAIL FROM:<s@x.org>");
      assertThat(received.rcptLines()).containsExactly("RCPT TO:<a@x.org>");
    }
  }

  @Test
  void theSizeIsDeclared() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(server.awaitMails(1, LONG).getFirst().mailLine())
          .isEqualTo("MAIL FROM:<s@x.org> SIZE=" + CONTENT.length());
    }
  }

  @Test
  void aMailThatIsTooLargeIsBouncedAndNotSent() {
    Content huge =
        _ ->
            new Content.Ready(
                10485761,
                () -> {
                  throw new IOException("nobody should ask");
                },
                false);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      Sent sent = connection.send(with(mail(CONTENT, "a@x.org", "b@x.org"), huge), GO_ON);
      assertThat(outcomes(sent))
          .hasSize(2)
          .allSatisfy(o -> assertThat(o).isInstanceOf(Outcome.Bounced.class))
          .allSatisfy(o -> assertThat(o.why().reply().status()).hasToString("Optional[5.3.4]"));
      delivered(connection.send(mail(CONTENT, "a@x.org"), GO_ON));
      assertThat(server.contentsBegun()).isEqualTo(1);
    }
  }

  @Test
  void thoseForWhomAServerHasNoRoomAreLeftForTheNextTransaction() {
    for (Script script : List.of(Script.GOOD, Script.GOOD.offering(), Script.CHUNKED)) {
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server)) {
        Sent sent =
            connection.send(
                mail(CONTENT, "a@x.org", "toomany@x.org", "permfail@x.org", "b@x.org"), GO_ON);
        assertThat(outcomes(sent))
            .extracting(o -> o.getClass().getSimpleName())
            .containsExactly("Delivered", "Bounced", "Delivered");
        assertThat(untried(sent)).containsExactly("toomany@x.org");
      }
    }
  }

  @Test
  void aServerThatHasNoRoomForTheFirstDefersHim() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      Sent sent = connection.send(mail(CONTENT, "toomany@x.org", "a@x.org"), GO_ON);
      assertThat(outcomes(sent))
          .extracting(o -> o.getClass().getSimpleName())
          .containsExactly("Deferred", "Delivered");
      assertThat(untried(sent)).isEmpty();
    }
  }

  @Test
  void theLimitsThatAServerTellsAreKept() {
    Script script = Script.GOOD.offering(Extension.PIPELINING, Extension.LIMITS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
        SmtpConnection connection = connect(server)) {
      for (int i = 0; i < 3; i++) {
        assertThat(connection.isUsable()).isTrue();
        Sent sent = connection.send(mail(CONTENT, "a@x.org", "b@x.org", "c@x.org"), GO_ON);
        delivered(sent);
        assertThat(untried(sent)).containsExactly("c@x.org");
      }
      assertThat(connection.isUsable()).isFalse();
      connection.quit();
      assertThat(server.awaitMails(3, LONG))
          .allSatisfy(mail -> assertThat(mail.recipients()).containsExactly("a@x.org", "b@x.org"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s@x.org, hello, false, jörg@x.org",
    "søren@x.org, hello, true, a@x.org",
    "s@x.org, grüß dich, true, a@x.org"
  })
  void aMailThatNeedsSmtpUtf8IsBouncedWhereThereIsNone(
      String sender, String subject, boolean declared, String to) {
    try (ScriptedSmtpServer server =
            ScriptedSmtpServer.start(Script.GOOD.offering(Extension.EIGHT_BIT_MIME));
        SmtpConnection connection = connect(server)) {
      Transaction mail = from(sender, "Subject: " + subject + "\r\n\r\n", to);
      Outcome outcome = outcomes(connection.send(declaring(mail, declared), GO_ON)).getFirst();
      assertThat(outcome).isInstanceOf(Outcome.Bounced.class);
      assertThat(outcome.why().reply().status()).hasToString("Optional[5.6.7]");
    }
  }

  @Test
  void whoHasAnAddressInUtf8IsBouncedAloneWhereOnlyHeNeedsSmtpUtf8() {
    for (Script script : List.of(Script.GOOD.offering(), Script.GOOD.offering(Extension.LIMITS))) {
      try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script);
          SmtpConnection connection = connect(server)) {
        Transaction mail =
            declaring(mail(CONTENT, "a@x.org", "jörg@x.org", "permfail@x.org", "c@x.org"), true);
        Sent.Ended sent = (Sent.Ended) connection.send(mail, GO_ON);
        assertThat(sent.results())
            .filteredOn(result -> result.outcome() instanceof Outcome.Bounced)
            .extracting(result -> result.recipient().address().toString())
            .containsExactlyInAnyOrder("jörg@x.org", "permfail@x.org");
        assertThat(sent.results().getLast().outcome())
            .isInstanceOfSatisfying(
                Outcome.Bounced.class,
                bounced -> {
                  assertThat(bounced.scope()).isEqualTo(Scope.RECIPIENT);
                  assertThat(bounced.why().reply().status()).hasToString("Optional[5.6.7]");
                });
        assertThat(server.awaitMails(1, LONG).getFirst().recipients()).contains("a@x.org");
        assertThat(sent.results().size() + sent.untried().size()).isEqualTo(4);
        assertThat(server.violations()).isEmpty();
      }
    }
  }

  @Test
  void utf8AndEightBitAreDeclaredWhereOffered() {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SmtpConnection connection = connect(server)) {
      delivered(connection.send(mail("ö\r\n", "jörg@x.org"), GO_ON));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.mailLine()).endsWith(" BODY=8BITMIME SMTPUTF8");
      assertThat(received.recipients()).containsExactly("jörg@x.org");
    }
  }

  private static Transaction declaring(Transaction mail, boolean smtpUtf8) {
    Body body = mail.body();
    return new Transaction(
        mail.reversePath(),
        mail.recipients(),
        new Body(body.size(), body.eightBit(), smtpUtf8, body.stored()),
        mail.parameters(),
        mail.content());
  }
}
