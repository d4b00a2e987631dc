package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import postbus.mail.Envelope;
import postbus.mail.SmtpReply;
import postbus.site.Site;

class SmtpSessionTest {
  private static final SmtpReply QUEUED = SmtpReply.of(250, "2.0.0", "Ok: queued as x");

  private final Site site = Sites.of(Sites.small());
  private final CommandParser parser = new CommandParser(site.primaryHostname(), false);
  private Capacity capacity = _ -> Optional.empty();
  private SmtpSession session = session("mx", Sites.APP_SERVER);
  private Step last = new Step.Say(Replies.OK, false);

  @Test
  void aMailOfATrustedClient() {
    greeted();
    send("EHLO app.example")
        .says(
            "250 mchenry.wikimedia.org at your service PIPELINING SIZE 20000"
                + " 8BITMIME SMTPUTF8 CHUNKING DSN LIMITS RCPTMAX=3 ENHANCEDSTATUSCODES");
    send("MAIL FROM:<wiki@wikimedia.org> BODY=8BITMIME").says("250 2.1.0");
    send("RCPT TO:<user@example.org>").says("250 2.1.5");
    Envelope envelope = content(100);
    assertThat(envelope.reversePath().text()).isEqualTo("wiki@wikimedia.org");
    assertThat(envelope.recipients().getFirst().original()).hasToString("user@example.org");
    assertThat(envelope.client().trusted()).isTrue();
    assertThat(envelope.client().listener()).isEqualTo("mx");
    assertThat(envelope.body().eightBit()).isTrue();
    assertThat(envelope.body().size()).isEqualTo(100);
    submitted(QUEUED).says("250 2.0.0 Ok: queued as");
    send("QUIT").says("221 2.0.0").closes();
  }

  @Test
  void theReceivedFieldTellsWhereItCameFrom() {
    begun();
    send("RCPT TO:<user@example.org>").says("250");
    Envelope envelope = content(1);
    assertThat(envelope.added()).hasSize(1);
    assertThat(envelope.added().getFirst().toString())
        .matches(
            "Received: from app.example \\(\\[127.0.1.1]\\)\r\n\tby mchenry.wikimedia.org with"
                + " ESMTP id "
                + envelope.id()
                + "\r\n\tfor <user@example.org>;\r\n"
                + "\t[A-Z][a-z]{2}, \\d+ [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\r\n");
  }

  @Test
  void recipientsDoNotLearnOfEachOther() {
    begun();
    send("RCPT TO:<a@example.org>").says("250");
    send("RCPT TO:<b@example.org>").says("250");
    assertThat(content(1).added().getFirst().body()).doesNotContain("for <");
  }

  @Test
  void anOutsidersRecipientsAreAskedAbout() {
    session = session("mx", Sites.OUTSIDER);
    begun();
    send("RCPT TO:<good@wikimedia.org>");
    assertThat(last)
        .isInstanceOfSatisfying(
            Step.AskRecipient.class,
            ask -> {
              assertThat(ask.question().recipient()).hasToString("good@wikimedia.org");
              assertThat(ask.question().client().helo()).isEqualTo("app.example");
            });
    answered(Replies.RECIPIENT_OK).says("250 2.1.5");
    send("RCPT TO:<bad@wikimedia.org>");
    answered(SmtpReply.of(550, "5.1.1", "Unknown user")).says("550 5.1.1");
    assertThat(content(1).recipients()).hasSize(1);
  }

  @Test
  void withoutARecipientThereIsNoContent() {
    session = session("mx", Sites.OUTSIDER);
    begun();
    send("RCPT TO:<bad@wikimedia.org>");
    answered(SmtpReply.of(550, "5.1.1", "Unknown user")).says("550");
    send("DATA").says("554 5.5.1");
  }

  @Test
  void commandsHaveAnOrder() {
    greeted();
    send("MAIL FROM:<>").says("503 5.5.1");
    send("EHLO app.example").says("250");
    send("RCPT TO:<a@example.org>").says("503 5.5.1");
    send("DATA").says("503 5.5.1");
    send("MAIL FROM:<>").says("250");
    send("MAIL FROM:<>").says("503 5.5.1");
  }

  @Test
  void rsetAndEhloForgetTheMail() {
    begun();
    send("RSET").says("250");
    send("RCPT TO:<a@example.org>").says("503");
    send("MAIL FROM:<>").says("250");
    send("EHLO other.example").says("250");
    send("RCPT TO:<a@example.org>").says("503");
    send("MAIL FROM:<>").says("250");
  }

  @Test
  void afterAMailAnotherOneMayBegin() {
    begun();
    send("RCPT TO:<a@example.org>").says("250");
    var first = content(1).id();
    submitted(QUEUED).says("250");
    send("DATA").says("503");
    send("MAIL FROM:<>").says("250");
    send("RCPT TO:<a@example.org>").says("250");
    assertThat(content(1).id()).isNotEqualTo(first);
  }

  @Test
  void aRefusedContentLeavesTheSessionUsable() {
    begun();
    send("RCPT TO:<a@example.org>").says("250");
    send("DATA").begins();
    last = session.onContentEnd(new Content.Refused(Replies.BARE_LINE_END));
    says("554 5.6.0");
    send("MAIL FROM:<>").says("250");
  }

  @Test
  void limits() {
    greeted();
    send("EHLO app.example").says("250");
    send("MAIL FROM:<> SIZE=20001").says("552 5.3.4");
    send("MAIL FROM:<> SIZE=20000").says("250");
    send("RCPT TO:<a@example.org>").says("250");
    send("RCPT TO:<b@example.org>").says("250");
    send("RCPT TO:<c@example.org>").says("250");
    send("RCPT TO:<d@example.org>").says("452 4.5.3");
    send("RCPT TO:<a@Example.org>").says("250");
    assertThat(content(1).recipients()).hasSize(3);
  }

  @Test
  void whoMakesTooManyErrorsIsSentAway() {
    greeted();
    for (int i = 0; i < 4; i++) {
      send("XYZZY").says("500 5.5.2");
    }
    send("NOOP").says("250");
    send("XYZZY").says("421 4.7.0").closes();
  }

  @Test
  void whilePolicyIsAwayOutsidersComeLaterAndTrustedClientsDoNotNotice() {
    capacity = trusted -> trusted ? Optional.empty() : Optional.of(Replies.POLICY_AWAY);
    begun();
    session = session("mx", Sites.OUTSIDER);
    greeted();
    send("EHLO x.example").says("250");
    send("MAIL FROM:<>").says("451 4.3.2");
  }

  @Test
  void withoutRoomOnTheDiskNobodysMailBegins() {
    greeted();
    send("EHLO x.example").says("250");
    capacity = _ -> Optional.of(Replies.DISK_FULL);
    send("MAIL FROM:<>").says("452 4.3.1");
    capacity = _ -> Optional.empty();
    send("MAIL FROM:<>").says("250");
  }

  @Test
  void theWikiMailListenerIsNotForOutsiders() {
    session = session("wiki-mail", Sites.OUTSIDER);
    last = session.onConnect(false);
    says("554 5.7.1").closes();
  }

  @Test
  void aConnectionTooManyIsTurnedAway() {
    last = session.onConnect(true);
    says("421 4.7.0").closes();
  }

  @Test
  void heloIsServedWithoutExtensionsInTheTrace() {
    greeted();
    send("HELO old.example").says("250 mchenry.wikimedia.org");
    send("MAIL FROM:<>").says("250");
    send("RCPT TO:<a@example.org>").says("250");
    assertThat(content(1).added().getFirst().body()).contains(" with SMTP id ");
  }

  @Test
  void recipientsThatDifferInCaseAreTwo() {
    begun();
    send("RCPT TO:<Bob@example.org>").says("250");
    send("RCPT TO:<bob@example.org>").says("250");
    send("RCPT TO:<bob@EXAMPLE.org>").says("250");
    assertThat(content(1).recipients()).hasSize(2);
  }

  @Test
  void utf8AddressesNeedTheirParameterInMail() {
    begun();
    send("RCPT TO:<j\u00f6rg@example.org>").says("553 5.6.7");
    send("RSET").says("250");
    send("MAIL FROM:<> SMTPUTF8").says("250");
    send("RCPT TO:<j\u00f6rg@example.org>").says("250");
    assertThat(content(1).added().getFirst().body()).contains("with UTF8SMTP id");
  }

  @Test
  void theRest() {
    greeted();
    send("VRFY someone").says("252");
    send("EXPN list").says("502 5.5.1");
    send("HELP").says("214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT");
    send("HELP MAIL").says("214 2.0.0");
    send("NOOP").says("250 2.0.0");
    send("NOOP with words").says("250 2.0.0");
    send("RSET now").says("501 5.5.4");
  }

  private SmtpSession session(String listener, InetAddress client) {
    return new SmtpSession(
        site,
        site.listeners().get(listener),
        Origin.of(client),
        trusted -> capacity.refusal(trusted));
  }

  private void greeted() {
    last = session.onConnect(false);
    says("220 mchenry.wikimedia.org ESMTP");
  }

  private void begun() {
    greeted();
    send("EHLO app.example").says("250");
    send("MAIL FROM:<wiki@wikimedia.org>").says("250");
  }

  private SmtpSessionTest send(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    last = session.on(parser.parse(bytes, 0, bytes.length));
    return this;
  }

  private SmtpSessionTest answered(SmtpReply reply) {
    last = session.onRecipientAnswer(reply);
    return this;
  }

  private SmtpSessionTest submitted(SmtpReply reply) {
    last = session.onSubmitted(reply);
    return this;
  }

  private void begins() {
    assertThat(last).isInstanceOf(Step.BeginContent.class);
  }

  /** Sends a content of so many octets; what is to be submitted. */
  private Envelope content(long size) {
    send("DATA").begins();
    last = session.onContentEnd(new Content.Received(size, Optional.empty()));
    assertThat(last).isInstanceOf(Step.Submit.class);
    return ((Step.Submit) last).envelope();
  }

  private SmtpSessionTest says(String reply) {
    assertThat(last).isInstanceOf(Step.Say.class);
    assertThat(((Step.Say) last).reply().toString()).startsWith(reply);
    return this;
  }

  private void closes() {
    assertThat(((Step.Say) last).close()).isTrue();
  }
}
