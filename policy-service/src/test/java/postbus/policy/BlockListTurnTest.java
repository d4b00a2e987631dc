package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.BlockList.Action;

/** When block lists are asked, waited for and heard, with lists that speak when the test wants. */
class BlockListTurnTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String RECIPIENT = "mark@wikimedia.org";
  private static final AddressVerifier NEVER_ASKED =
      _ -> {
        throw new AssertionError("the router is asked");
      };

  @Test
  void whatIsKnownOfAClientIsSaidBeforeTheRouterIsAsked() {
    FakeList good = new FakeList().has("192.0.2.1", "spam").fallsSilent();
    ClientLists lists = new ClientLists(List.of(good.as("good", Action.REFUSE)), () -> 0);
    Policy policy =
        new Policy(
            address ->
                new Verification(
                    address.domain().equals("wikimedia.org") ? Standing.LOCAL : Standing.FOREIGN,
                    SmtpReply.of(250, "2.1.5", "Ok")),
            List.of(
                new BlockListRule(lists, Duration.ZERO),
                new RelayRule(),
                new BlockListRule(lists, PATIENCE)),
            List.of());
    assertThat(reply(policy, "someone@elsewhere.example")).contains("relay");
    good.speaks();
    assertThat(reply(policy, RECIPIENT)).contains("is listed by");
    assertThat(reply(policy, "someone@elsewhere.example")).contains("is listed by");
    assertThat(good.asked()).isEqualTo(1);
  }

  @Test
  void aRuleThatComesLateWaitsForWhatIsLeftOfTheTime() {
    FakeList silent = new FakeList().fallsSilent();
    ClientLists lists =
        new ClientLists(List.of(silent.as("silent", Action.REFUSE)), System::nanoTime);
    Duration time = Duration.ofMillis(50);
    AskedRecipient asked = new AskedRecipient(question(RECIPIENT), NEVER_ASKED);
    assertThat(new BlockListRule(lists, time).on(asked)).isEmpty();
    assertThat(asked.left(time)).isZero();
    assertThat(asked.left(Duration.ofHours(1)))
        .isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
    silent.speaks();
  }

  private static String reply(Policy policy, String recipient) {
    return policy.onRecipient(question(recipient)).toString();
  }

  private static RecipientQuestion question(String recipient) {
    return new RecipientQuestion(
        new Client("192.0.2.1", "out.example", "mx", false),
        ReversePath.of("a@example.org"),
        EmailAddress.of(recipient));
  }
}
