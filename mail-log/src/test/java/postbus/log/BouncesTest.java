package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import postbus.log.Bounces.Told;
import postbus.log.Report.Action;
import postbus.mail.Body;
import postbus.mail.Cause;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.MailParameters.Return;
import postbus.mail.Recipient;
import postbus.mail.RecipientParameters;
import postbus.mail.RecipientParameters.Notify;
import postbus.mail.Removal;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

class BouncesTest {
  private static final Instant ARRIVED = Instant.parse("2007-06-01T12:00:00Z");
  private static final MailId FAILED = MailId.parse("014s7a0000e00g000000000001").orElseThrow();
  private static final MailId REPORT = MailId.parse("014s7a4000e00g000000000002").orElseThrow();
  private static final String MX = "mx.example.net[192.0.2.3]:25";
  private static final String CONTENT =
      "From: sender@example.org\r\nSubject: hello\r\n\r\nThe body stays here.\r\n";

  private final Reported reported = new Reported();
  private final List<String> deadLetters = reported.deadLetters;
  private final List<Mail> mails = reported.mails;
  private final List<Event> events = reported.events;
  private final Bounces bounces =
      new Bounces(
          "delivery-service", "mx.wikimedia.org", mail -> new ByteArrayInputStream(mail.content()));

  @Test
  void aReportIsWhatItHasAlwaysBeen() throws IOException {
    assertThat(report("sender@example.org", failures())).isEqualTo(golden("bounce.eml"));
  }

  @Test
  void anAddressBeyondAsciiTakesTheGlobalForms() throws IOException {
    Told failure =
        new Told(
            Recipient.of(EmailAddress.of("jörg@example.net")),
            new Cause("RCPT", SmtpReply.of(550, "5.1.1", "kein jörg hier"), MX));
    assertThat(report("sender@example.org", List.of(failure))).isEqualTo(golden("bounce-utf8.eml"));
  }

  @Test
  void theSenderIsToldByAMailOfItsOwn() {
    bounces.fail(reported, mail("sender@example.org", false), failures());
    Envelope bounce = mails.getFirst().envelope();
    assertThat(bounce.reversePath()).isEqualTo(new ReversePath.Null());
    assertThat(bounce.recipients())
        .containsExactly(Recipient.of(EmailAddress.of("sender@example.org")));
    assertThat(bounce.client()).isEqualTo(new Client("", "", "delivery-service", true));
    assertThat(bounce.id()).isNotEqualTo(FAILED);
    assertThat(bounce.body()).isEqualTo(Body.of(mails.getFirst().content().length));
    assertThat(events)
        .extracting(Event::what)
        .containsExactly(What.BOUNCED, What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(events.getFirst().mail()).isEqualTo(FAILED);
    assertThat(events.getFirst().detail()).isEqualTo("550 5.1.1 No such user here");
    assertThat(events.getLast().mail()).isEqualTo(bounce.id());
    assertThat(events.getLast().detail()).isEqualTo("for " + FAILED);
    assertThat(deadLetters).isEmpty();
  }

  @Test
  void aBounceNeverBounces() {
    bounces.fail(reported, mail("", false), failures());
    assertThat(mails).isEmpty();
    assertThat(deadLetters)
        .containsExactly(
            FAILED
                + " [nobody@example.net, alias@wikimedia.org] no sender to tell: "
                + "550 5.1.1 No such user here");
    assertThat(events).extracting(Event::what).containsOnly(What.DEAD_LETTERED);
  }

  @Test
  void aSuspectMailNeverBounces() {
    bounces.fail(reported, mail("sender@example.org", true), failures());
    assertThat(mails).isEmpty();
    assertThat(deadLetters).hasSize(1);
  }

  @Test
  void noReportTellsWhereAnAliasLeads() {
    String report = report("sender@example.org", failures());
    assertThat(report).contains("alias@wikimedia.org").doesNotContain("hidden", "secret");
  }

  @Test
  void aReportIsSafeFromWhatARemoteSays() {
    Told failure =
        new Told(
            Recipient.of(EmailAddress.of("nobody@example.net")),
            new Cause(
                "RCPT",
                SmtpReply.of(550, "5.1.1", "x\r\nStatus: 2.0.0 \u00e4" + "y".repeat(3000)),
                MX));
    String report = report("sender@example.org", List.of(failure));
    assertThat(report.lines()).allMatch(line -> line.length() <= 78);
    assertThat(report).doesNotContain("\r\nStatus: 2.0.0").contains("Status: 5.1.1\r\n");
    assertThat(report.chars()).allMatch(c -> c < 128);
  }

  @Test
  void aHugeHeaderIsQuotedUpToItsBound() {
    byte[] head = "X-Long: yes\r\n".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    ReportContent content = content("sender@example.org", failures());
    assertThat(content.bytes(head, false)).hasSizeBetween(60 << 10, 70 << 10);
  }

  @Test
  void aReportQuotesNoFieldThatWasRemoved() {
    Mail mail = mail("sender@example.org", false);
    HeaderEdits edits = new HeaderEdits(List.of(), List.of(Removal.of("Subject")));
    Mail edited = new Mail(mail.envelope().edited(edits), mail.content());
    bounces.fail(reported, edited, failures());
    assertThat(text(mails.getFirst().content()))
        .contains("Received: by mx.wikimedia.org\r\n")
        .doesNotContain("Subject: hello");
  }

  @Test
  void aContentThatCannotBeReadStillBounces() {
    Bounces unreadable =
        new Bounces(
            "delivery-service",
            "mx.wikimedia.org",
            mail -> {
              throw new IOException("the store is away");
            });
    unreadable.fail(reported, mail("sender@example.org", false), failures());
    assertThat(text(mails.getFirst().content())).contains("Received: by mx.wikimedia.org\r\n");
  }

  @Test
  void aLateMailIsToldOfOnceItsSenderWantsToHear() {
    Instant until = ARRIVED.plus(Duration.ofDays(5));
    bounces.delay(reported, mail("sender@example.org", false), late(), until);
    assertThat(text(mails.getFirst().content()))
        .contains("Subject: Delayed Mail (still being tried)\r\n")
        .contains("Action: delayed\r\n", "Status: 4.4.1\r\n")
        .contains("Will-Retry-Until: Wed, 6 Jun 2007 12:00:00 +0000\r\n")
        .doesNotContain("failed");
    assertThat(mails.getFirst().envelope().reversePath()).isEqualTo(new ReversePath.Null());
    assertThat(events).extracting(Event::detail).containsExactly("delay notice for " + FAILED);
    assertThat(deadLetters).isEmpty();
  }

  @Test
  void nobodyIsToldOfTheDelayOfABounceOrOfSuspectMail() {
    bounces.delay(reported, mail("", false), late(), ARRIVED);
    bounces.delay(reported, mail("sender@example.org", true), late(), ARRIVED);
    assertThat(mails).isEmpty();
    assertThat(deadLetters).isEmpty();
  }

  @Test
  void aSenderHearsOnlyWhatHeAskedFor() {
    Mail mail = mail("sender@example.org", false);
    bounces.fail(reported, mail, List.of(asked("rob@example.net", Notify.NEVER)));
    bounces.fail(reported, mail, List.of(asked("rob@example.net", Notify.SUCCESS)));
    bounces.delay(reported, mail, List.of(asked("rob@example.net", Notify.FAILURE)), ARRIVED);
    assertThat(mails).isEmpty();
    assertThat(deadLetters).isEmpty();
    assertThat(events)
        .extracting(Event::detail)
        .allMatch(detail -> detail.startsWith("as asked, the sender is not told: 550"));
    Told wanted = asked("jane@example.net", Notify.FAILURE);
    bounces.fail(reported, mail, List.of(asked("rob@example.net", Notify.NEVER), wanted));
    assertThat(text(mails.getFirst().content()))
        .contains("jane@example.net")
        .doesNotContain("rob@example.net");
  }

  @Test
  void aReportSaysTheNamesThatTheSenderGave() {
    MailParameters parameters = new MailParameters(Return.FULL, "QQ+2B314", false);
    Mail mail = mail("sender@example.org", false);
    mail = new Mail(mail.envelope().with(parameters), mail.content());
    bounces.fail(reported, mail, List.of(asked("rob@example.net", Notify.FAILURE)));
    assertThat(text(mails.getFirst().content()))
        .contains("Original-Envelope-Id: QQ+314\r\n")
        .contains("Original-Recipient: rfc822; Rob+x@example.org\r\nFinal-Recipient: rfc822; rob@")
        .contains("Content-Type: message/rfc822\r\n", "The body stays here.\r\n");
  }

  @Test
  void aReportNamesNoFirstAddressWhereTheSenderGaveNone() {
    Recipient led = Recipient.of(EmailAddress.of("alias@wikimedia.org"));
    led = led.redirectedTo(EmailAddress.of("hidden@secret.example"));
    Cause cause = new Cause("RCPT", SmtpReply.of(550, "5.1.1", "No such user here"), MX);
    bounces.fail(reported, mail("sender@example.org", false), List.of(new Told(led, cause)));
    assertThat(text(mails.getFirst().content()))
        .contains("Final-Recipient: rfc822; alias@wikimedia.org\r\n")
        .doesNotContain("Original-Recipient", "Original-Envelope-Id");
  }

  @Test
  void theReportOfAMailThatNeedsTlsNeedsItTooAndReturnsTheHeaderAlone() {
    MailParameters parameters = new MailParameters(Return.FULL, "", true);
    Mail mail = mail("sender@example.org", false);
    bounces.fail(reported, new Mail(mail.envelope().with(parameters), mail.content()), failures());
    Mail report = mails.getFirst();
    assertThat(report.envelope().parameters())
        .isEqualTo(new MailParameters(Return.UNSAID, "", true));
    assertThat(text(report.content())).contains("Content-Type: text/rfc822-headers\r\n");
  }

  @Test
  void aMailTooLargeToBeReturnedWholeIsReturnedAsItsHeader() {
    String large = CONTENT + "x".repeat(70).concat("\r\n").repeat(8_000);
    MailParameters parameters = new MailParameters(Return.FULL, "", false);
    Envelope envelope = mail("sender@example.org", false).envelope().with(parameters);
    bounces.fail(reported, new Mail(envelope, octets(large)), failures());
    assertThat(mails.getFirst().content()).hasSizeLessThan(5_000);
    assertThat(text(mails.getFirst().content())).contains("Content-Type: text/rfc822-headers\r\n");
  }

  private static Told asked(String to, Notify notify) {
    RecipientParameters parameters =
        new RecipientParameters(Set.of(notify), "rfc822;Rob+2Bx@example.org");
    EmailAddress address = EmailAddress.of(to);
    return new Told(
        new Recipient(address, address, parameters),
        new Cause("RCPT", SmtpReply.of(550, "5.1.1", "No such user here"), MX));
  }

  private static List<Told> late() {
    return List.of(
        new Told(
            Recipient.of(EmailAddress.of("nobody@example.net")),
            new Cause("CONNECT", SmtpReply.of(451, "4.4.1", "Connection refused"), MX)));
  }

  private static List<Told> failures() {
    EmailAddress alias = EmailAddress.of("alias@wikimedia.org");
    return List.of(
        new Told(
            Recipient.of(EmailAddress.of("nobody@example.net")),
            new Cause("RCPT", SmtpReply.of(550, "5.1.1", "No such user here"), MX)),
        new Told(
            Recipient.of(alias).redirectedTo(EmailAddress.of("hidden@secret.example")),
            new Cause(
                "RCPT",
                SmtpReply.of(550, "5.7.1", "hidden@secret.example is not here"),
                "mx.secret.example[192.0.2.9]:25")));
  }

  private static ReportContent content(String sender, List<Told> failures) {
    return new ReportContent(
        new Report(
            REPORT,
            "mx.wikimedia.org",
            EmailAddress.of(sender),
            mail(sender, false).envelope(),
            Action.FAILED,
            Optional.empty(),
            failures));
  }

  private static String report(String sender, List<Told> failures) {
    return text(content(sender, failures).bytes(octets(CONTENT), false));
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static String golden(String name) throws IOException {
    try (InputStream file = BouncesTest.class.getResourceAsStream(name)) {
      return text(file.readAllBytes()).replaceAll("\r?\n", "\r\n");
    }
  }

  private static Mail mail(String sender, boolean suspect) {
    byte[] content = CONTENT.getBytes(StandardCharsets.US_ASCII);
    Envelope envelope =
        Envelope.begin(
                FAILED,
                ReversePath.of(sender),
                failures().stream().map(Told::recipient).toList(),
                new Client("127.0.9.1", "client", "mx", false),
                Body.of(content.length))
            .adding(List.of(new HeaderField("Received", "by mx.wikimedia.org")));
    return new Mail(suspect ? envelope.suspected() : envelope, content);
  }
}
