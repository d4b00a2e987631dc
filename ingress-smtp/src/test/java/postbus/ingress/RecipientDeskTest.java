package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Breaker;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;

/** Which answers about recipients are signs that policy is away. */
class RecipientDeskTest {
  private static final RecipientQuestion QUESTION =
      new RecipientQuestion(
          new Client("192.0.2.1", "out.example", "mx", false),
          ReversePath.of("a@example.org"),
          EmailAddress.of("mark@wikimedia.org"));

  private static final AccountRates RATES = new AccountRates(3, () -> 0);

  private final Breaker breaker = new Breaker(3, Duration.ofHours(1), System::nanoTime);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "451 4.7.1 Greylisted, please try again in 300 seconds",
        "450 4.7.1 too many recipients from 192.0.2.0/24, at most 60 a minute; try again later",
        "450 4.7.1 [192.0.2.1] is listed by bl.example",
        "451 4.4.3 the address cannot be verified now; try again later"
      })
  void aClientThatIsPutOffIsNone(String reply) {
    SmtpReply answer = SmtpReply.parse(reply).orElseThrow();
    ask(new RecipientDesk(_ -> answer, Duration.ofSeconds(20), breaker, RATES), answer);
    assertThat(breaker.allows()).isTrue();
  }

  @Test
  void noAnswerIsOne() {
    RecipientDesk desk =
        new RecipientDesk(
            _ -> Replies.RECIPIENT_UNKNOWABLE, Duration.ofSeconds(20), breaker, RATES);
    ask(desk, Replies.RECIPIENT_UNKNOWABLE);
    assertThat(breaker.allows()).isFalse();
  }

  @Test
  void recipientsOfPeopleAreCountedForTheirAccountAndNobodyIsAsked() {
    RecipientDesk desk =
        new RecipientDesk(
            question -> {
              throw new AssertionError("asked about " + question);
            },
            Duration.ofSeconds(20),
            breaker,
            RATES);
    RecipientQuestion ofMark = from("mark@wikimedia.org");
    for (int i = 0; i < 3; i++) {
      assertThat(desk.ask(ofMark).join()).isEqualTo(Replies.RECIPIENT_OK);
    }
    assertThat(desk.ask(from("MARK@wikimedia.org")).join())
        .hasToString("450 4.7.1 Your account has sent too much mail; try again later");
    assertThat(desk.ask(from("rob@wikimedia.org")).join()).isEqualTo(Replies.RECIPIENT_OK);
  }

  private static RecipientQuestion from(String account) {
    Client client =
        new Client("192.0.2.1", "pc", "submission", true, Optional.empty(), Optional.of(account));
    return new RecipientQuestion(client, QUESTION.reversePath(), QUESTION.recipient());
  }

  private static void ask(RecipientDesk desk, SmtpReply expected) {
    for (int i = 0; i < 10; i++) {
      assertThat(desk.ask(QUESTION).join()).isEqualTo(expected);
    }
  }
}
