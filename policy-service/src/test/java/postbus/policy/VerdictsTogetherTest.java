package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import postbus.log.Mail;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;

/** What several checks say together. */
class VerdictsTogetherTest {
  private static final HeaderField SCORE = new HeaderField("X-Spam-Score", "7.0");
  private static final HeaderField VIRUS = new HeaderField("X-Virus-Found", "Eicar");
  private static final Verdict GOOD = new Verdict.Accept(List.of(SCORE));
  private static final Verdict SUSPECT = new Verdict.Accept(List.of(), true);
  private static final Verdict HELD = new Verdict.Quarantine("a virus: Eicar", List.of(VIRUS));
  private static final Verdict REFUSED = new Verdict.Refuse(SmtpReply.of(550, "5.7.1", "spam"));

  @Test
  void oneThatSuspectsIsEnough() {
    assertThat(judged(SUSPECT, GOOD)).isEqualTo(new Verdict.Accept(List.of(SCORE), true));
    assertThat(judged(GOOD, GOOD)).isEqualTo(new Verdict.Accept(List.of(SCORE, SCORE)));
  }

  @Test
  void whatIsHeldBackKeepsTheFieldsOfAllAndTheReasonsOfAll() {
    assertThat(judged(GOOD, HELD, SUSPECT))
        .isEqualTo(new Verdict.Quarantine("a virus: Eicar", List.of(VIRUS, SCORE)));
    assertThat(judged(HELD, new Verdict.Quarantine("DMARC", List.of())))
        .isEqualTo(new Verdict.Quarantine("a virus: Eicar; DMARC", List.of(VIRUS)));
  }

  @Test
  void aRefusalGoesBeforeAQuarantine() {
    assertThat(judged(HELD, REFUSED)).isEqualTo(REFUSED);
    assertThat(judged(REFUSED, HELD)).isEqualTo(REFUSED);
  }

  private static Verdict judged(Verdict... verdicts) {
    return new Policy(
            _ -> new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok")),
            List.of(new AddressExists()),
            Arrays.stream(verdicts).map(each -> (ContentCheck) _ -> each).toList())
        .judge(
            new Mail(
                Envelope.begin(
                    MailId.next(),
                    ReversePath.of("a@example.org"),
                    List.of(Recipient.of(EmailAddress.of("mark@wikimedia.org"))),
                    new Client("127.0.9.1", "out.example", "mx", false),
                    Body.of(0)),
                new byte[0]));
  }
}
