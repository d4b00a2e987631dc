package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import postbus.mail.Outcome;

class ExitStatusTest {
  @ParameterizedTest
  @CsvSource({
    "0, Delivered, 250 2.0.0",
    "71, Deferred, 451 4.3.0",
    "73, Deferred, 451 4.3.0",
    "74, Deferred, 451 4.3.0",
    "75, Deferred, 451 4.3.0",
    "126, Deferred, 451 4.3.5",
    "127, Deferred, 451 4.3.5",
    "129, Deferred, 451 4.3.0",
    "137, Deferred, 451 4.3.0",
    "192, Deferred, 451 4.3.0",
    "67, Bounced, 550 5.1.1",
    "77, Bounced, 550 5.7.1",
    "1, Bounced, 550 5.3.0",
    "65, Bounced, 550 5.3.0",
    "128, Bounced, 550 5.3.0",
    "193, Bounced, 550 5.3.0",
    "255, Bounced, 550 5.3.0",
  })
  void theStatusDecides(int status, String kind, String reply) {
    Outcome outcome = exited(status, "");

    assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(outcome.why().reply().toString()).startsWith(reply);
  }

  @Test
  void whatTheCommandSaysIsTheText() {
    assertThat(exited(67, "no such list").why().reply()).hasToString("550 5.1.1 no such list");
    assertThat(exited(75, "disk full").why().reply()).hasToString("451 4.3.0 disk full");
  }

  @Test
  void aCommandThatSaysNothingIsSpokenForWithItsStatus() {
    assertThat(exited(3, "").why().reply().text()).contains("refused", "status 3");
  }

  @Test
  void whatWasKilledIsTriedAgain() {
    assertThat(ExitStatus.outcome("/x", new CommandEnd.TimedOut(Duration.ofMinutes(1))))
        .isInstanceOfSatisfying(
            Outcome.Deferred.class,
            deferred -> assertThat(deferred.cause().reply().text()).contains("60 s"));
    assertThat(ExitStatus.outcome("/x", new CommandEnd.Stopped()))
        .isInstanceOf(Outcome.Deferred.class);
  }

  @Test
  void whatWasNotBegunForWantOfItsContentIsNoFaultOfTheCommand() {
    assertThat(ExitStatus.outcome("/x", new CommandEnd.Unread())).isEqualTo(Outcome.unread("PIPE"));
    assertThat(LdaStatus.outcome(new CommandEnd.Unread())).isEqualTo(Outcome.unread("LDA"));
  }

  private static Outcome exited(int status, String output) {
    return ExitStatus.outcome("/x", new CommandEnd.Exited(status, output));
  }
}
