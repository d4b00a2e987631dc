package postbus.smtp;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.Cause;
import postbus.mail.Outcome;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;

/** The policy about what servers say, held against what they say in earnest. */
class TroubleTest {
  private static final Server SERVER =
      new Server("mx.example.net", InetAddress.ofLiteral("192.0.2.25"), 25);

  @ParameterizedTest(name = "{0}: {2}")
  @CsvFileSource(resources = "replies.tsv", delimiter = '\t', maxCharsPerColumn = 1000)
  void whatProvidersSayIsUnderstood(
      String who,
      Step step,
      String reply,
      String kind,
      Scope scope,
      Pressure pressure,
      String url) {
    Outcome outcome = Trouble.outcome(step, reply(reply), SERVER);
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(scopeOf(outcome)).isEqualTo(scope);
    assertThat(Trouble.pressure(outcome)).isEqualTo(pressure);
    assertThat(url).as("the source of what %s says", who).startsWith("http");
  }

  @ParameterizedTest
  @CsvSource({
    "452 4.5.3 Too many recipients, true",
    "452 Too many recipients, true",
    "452 4.5.3 Recipients belong to multiple regions ATTR38, true",
    "552 Too many recipients, true",
    "552 5.5.3 Too many recipients, false",
    "452 4.2.2 Mailbox full, false",
    "452 4.3.1 Insufficient system storage, false",
    "452 4.5.3 rate limit exceeded, false",
    "450 4.2.1 Mailbox busy, false",
  })
  void enoughRecipientsAreToldFromOtherWantOfRoom(String reply, boolean isEnough) {
    assertThat(Trouble.isEnough(reply(reply))).isEqualTo(isEnough);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "550 5.1.1 No such user: spamhaus",
        "550 5.1.2 dnsbl.example does not exist",
        "550 5.1.3 a mailbox of your network has no such name",
      })
  void aStatusAboutTheAddressOutweighsWordsAboutUs(String reply) {
    Outcome outcome = Trouble.outcome(Step.RCPT, reply(reply), SERVER);
    assertThat(outcome).isInstanceOf(Outcome.Bounced.class);
    assertThat(scopeOf(outcome)).isEqualTo(Scope.RECIPIENT);
  }

  @Test
  void wordsAboutTheConnectionOutweighAStatusAboutTheAddress() {
    SmtpReply reply = reply("550 5.1.1 No such user, too many errors");
    assertThat(Trouble.endsSession(Step.RCPT, reply)).isTrue();
    assertThat(Trouble.outcome(Step.RCPT, reply, SERVER)).isInstanceOf(Outcome.Deferred.class);
  }

  @Test
  void aReplyWithoutEndIsUnderstoodInTime() {
    SmtpReply endless = new SmtpReply(450, Optional.empty(), nCopies(128, "user ".repeat(800)));
    Outcome outcome =
        assertTimeoutPreemptively(
            Duration.ofSeconds(1), () -> Trouble.outcome(Step.RCPT, endless, SERVER));
    assertThat(scopeOf(outcome)).isEqualTo(Scope.RECIPIENT);
  }

  @Test
  void aDeliveredMailPressesNobody() {
    Outcome outcome = Trouble.outcome(Step.FINAL_DOT, reply("250 2.0.0 Ok"), SERVER);
    assertThat(outcome).isInstanceOf(Outcome.Delivered.class);
    assertThat(Trouble.pressure(outcome)).isEqualTo(Pressure.NONE);
  }

  @Test
  void aSiteThatCannotBeReachedIsClosedAndOneThatBreaksOffIsEased() {
    assertThat(
            Trouble.pressure(
                Trouble.noConnection(Step.CONNECT, SERVER.toString(), "connection refused")))
        .isEqualTo(Pressure.CLOSE);
    for (String why : List.of("the connection was closed", "no answer in time", "not a reply: ?")) {
      assertThat(Trouble.pressure(Trouble.sessionLost(Step.MAIL, SERVER, why)))
          .isEqualTo(Pressure.EASE_OFF);
    }
  }

  @Test
  void wantOfTlsIsTheMailsOwn() {
    Outcome outcome = Trouble.noTls("4.7.4", SERVER, " does not offer it");
    assertThat(scopeOf(outcome)).isEqualTo(Scope.MAIL);
    assertThat(Trouble.pressure(outcome)).isEqualTo(Pressure.NONE);
  }

  @Test
  void oneServerThatTalksShowsThatTheSiteIsNotDown() {
    Outcome down = Trouble.noConnection(Step.CONNECT, SERVER.toString(), "connection refused");
    Outcome noTls = Trouble.noTls("4.7.4", SERVER, " does not offer it");
    Outcome never = Trouble.cannotTake("5.7.30", SERVER, " does not offer REQUIRETLS");
    assertThat(Trouble.ofTwo(down, noTls)).isEqualTo(noTls);
    assertThat(Trouble.ofTwo(noTls, down)).isEqualTo(noTls);
    assertThat(Trouble.ofTwo(never, never)).isEqualTo(never);
    assertThat(Trouble.ofTwo(never, noTls)).isEqualTo(noTls);
    for (Outcome mixed : List.of(Trouble.ofTwo(down, never), Trouble.ofTwo(never, down))) {
      assertThat(mixed).isEqualTo(new Outcome.Deferred(Scope.MAIL, down.why()));
    }
  }

  @Test
  void twoXyzWhereItDoesNotFitIsNoAnswer() {
    Outcome outcome = Trouble.outcome(Step.DATA, reply("250 Ok"), SERVER);
    assertThat(scopeOf(outcome)).isEqualTo(Scope.SESSION);
  }

  private static SmtpReply reply(String line) {
    return SmtpReply.parse(line).orElseThrow();
  }

  private static Scope scopeOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Deferred(Scope scope, Cause _) -> scope;
      case Outcome.Bounced(Scope scope, Cause _) -> scope;
      case Outcome.Delivered _ -> throw new AssertionError("delivered");
    };
  }
}
