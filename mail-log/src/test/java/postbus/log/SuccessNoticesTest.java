package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import postbus.log.Bounces.Success;
import postbus.log.Bounces.Told;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/** What senders hear who asked for NOTIFY=SUCCESS. */
class SuccessNoticesTest {
  private static final byte[] CONTENT =
      "From: sender@example.org\r\nSubject: hello\r\n\r\nThe body stays here.\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final Reported reported = new Reported();
  private final Bounces bounces =
      new Bounces(
          "delivery-service", "mx.wikimedia.org", mail -> new ByteArrayInputStream(mail.content()));

  @Test
  void whoAskedToHearOfSuccessIsTold() {
    MailParameters parameters = new MailParameters(Return.FULL, "QQ+2B314", false);
    Mail mail = mail("sender@example.org", true);
    mail = new Mail(mail.envelope().with(parameters), mail.content());
    SmtpReply queued = SmtpReply.of(250, "2.6.0", "Queued");
    Told told = new Told(asking("rob@example.net", Notify.SUCCESS), sent(queued));
    Told silent = new Told(asking("jane@example.net", Notify.FAILURE), sent(queued));
    bounces.succeed(reported, mail, Success.RELAYED, List.of(told, silent));
    assertThat(text(reported.mails.getFirst().content()))
        .contains(
            "Subject: Relayed Mail\r\n", "not tell you of its delivery. Its header is attached")
        .contains("Original-Envelope-Id: QQ+314\r\n")
        .contains("Original-Recipient: rfc822; Rob+x@example.org\r\n")
        .contains("Action: relayed\r\nStatus: 2.6.0\r\nRemote-MTA: dns; mx.example.net\r\n")
        .contains("Diagnostic-Code: smtp; 250 2.6.0 Queued\r\n")
        .contains("Content-Type: text/rfc822-headers\r\n")
        .doesNotContain("jane@example.net", "The body stays here.");
    assertThat(reported.mails).hasSize(1);
    assertThat(reported.mails.getFirst().envelope().reversePath())
        .isEqualTo(new ReversePath.Null());
    assertThat(reported.events)
        .extracting(Event::detail)
        .containsExactly("success notice for " + mail.envelope().id());
  }

  @Test
  void whatAStrangerWritesIsNotSentToWhomHeNamesAsItsSender() {
    Told told = told("rob@example.net");
    bounces.succeed(reported, mail("sender@example.org", false), Success.DELIVERED, List.of(told));
    String report = text(reported.mails.getFirst().content());
    assertThat(report)
        .contains("Action: delivered\r\n", "recipients. For help, write to postmaster")
        .endsWith("\r\n\r\n--=_" + reported.mails.getFirst().envelope().id() + "--\r\n")
        .doesNotContain("rfc822-headers", "Subject: hello", "Received:");
  }

  @Test
  void noNameThatASenderGivesCanAddAField() {
    MailParameters parameters = new MailParameters(Return.HDRS, "x+0D+0AAction:+20failed", false);
    Mail mail = mail("sender@example.org", true);
    mail = new Mail(mail.envelope().with(parameters), mail.content());
    Recipient hostile =
        new Recipient(
            EmailAddress.of("rob@example.net"),
            EmailAddress.of("rob@example.net"),
            new RecipientParameters(Set.of(Notify.SUCCESS), "rfc822;x+0AStatus:+205.0.0"));
    List<Told> told = List.of(new Told(hostile, sent(SmtpReply.of(250, "2.0.0", "Ok"))));
    bounces.succeed(reported, mail, Success.DELIVERED, told);
    assertThat(text(reported.mails.getFirst().content()).lines())
        .doesNotContain("Action: failed", "Status: 5.0.0")
        .contains("Action: delivered", "Status: 2.0.0");
  }

  @Test
  void eachKindOfSuccessHasItsAction() {
    Cause cause = Cause.ours("WRITE", 250, "2.0.0", "mail/rob/Maildir/new/1");
    List<Told> told = List.of(new Told(asking("rob@example.net", Notify.SUCCESS), cause));
    Mail mail = mail("sender@example.org", false);
    bounces.succeed(reported, mail, Success.DELIVERED, told);
    bounces.succeed(reported, mail, Success.EXPANDED, told);
    assertThat(reported.mails)
        .extracting(written -> text(written.content()))
        .satisfiesExactly(
            delivered -> assertThat(delivered).contains("Action: delivered\r\nStatus: 2.0.0\r\n"),
            expanded -> assertThat(expanded).contains("Action: expanded\r\nStatus: 2.0.0\r\n"));
  }

  @Test
  void nobodyIsToldOfTheSuccessOfABounceOrOfSuspectMail() {
    List<Told> told = List.of(told("rob@example.net"));
    Mail suspect = new Mail(mail("sender@example.org", true).envelope().suspected(), CONTENT);
    bounces.succeed(reported, mail("", true), Success.DELIVERED, told);
    bounces.succeed(reported, suspect, Success.DELIVERED, told);
    assertThat(reported.mails).isEmpty();
    assertThat(reported.events).isEmpty();
  }

  private static Told told(String to) {
    return new Told(asking(to, Notify.SUCCESS), sent(SmtpReply.of(250, "2.0.0", "Ok")));
  }

  private static Recipient asking(String to, Notify notify) {
    EmailAddress address = EmailAddress.of(to);
    return new Recipient(
        address, address, new RecipientParameters(Set.of(notify), "rfc822;Rob+2Bx@example.org"));
  }

  private static Cause sent(SmtpReply reply) {
    return new Cause("DATA", reply, "mx.example.net[192.0.2.3]:25");
  }

  private static Mail mail(String sender, boolean trusted) {
    return new Mail(
        Envelope.begin(
            MailId.next(),
            ReversePath.of(sender),
            List.of(asking("rob@example.net", Notify.SUCCESS)),
            new Client("127.0.1.5", "client", "mx", trusted),
            Body.of(CONTENT.length)),
        CONTENT);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }
}
