package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.ingress.LoginAnswer.Away;
import postbus.ingress.LoginAnswer.MayNotLogIn;
import postbus.ingress.LoginAnswer.Welcome;
import postbus.ingress.LoginAnswer.WrongPassword;
import postbus.site.ClientNetworks;
import postbus.site.LoginRules;
import postbus.site.LoginRules.Patience;

@Timeout(120)
class LoginDeskTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final Duration DELAY = Duration.ofMillis(300);

  @Test
  void aRightPasswordIsAnsweredAtOnceAlsoOfANameWithoutDomain() {
    Duration delay = Duration.ofSeconds(20);
    long begun = System.nanoTime();
    assertThat(desk(new TestLogins(), delay, delay).ask(question("jane", "secret")).join())
        .isEqualTo(new Welcome("jane@example.org"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(delay);
  }

  /** As the time of the answer would tell which accounts there are. */
  @ParameterizedTest
  @ValueSource(strings = {"jane@example.org wrong", "closed@example.org secret"})
  void aRefusalTakesItsTimeWhateverItsReason(String said) {
    LoginDesk desk = desk(new TestLogins());
    String[] words = said.split(" ");
    long begun = System.nanoTime();
    assertThat(desk.ask(question(words[0], words[1])).join())
        .isIn(new WrongPassword(), new MayNotLogIn());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(DELAY);
  }

  @Test
  void nobodyIsAskedAboutWhoIsLockedOut() {
    AtomicInteger asked = new AtomicInteger();
    LoginDesk desk =
        desk(question -> {
          asked.incrementAndGet();
          return new TestLogins().ask(question);
        });
    for (int i = 0; i < 3; i++) {
      desk.ask(question("jane@example.org", "wrong " + i)).join();
    }
    long begun = System.nanoTime();
    assertThat(desk.ask(question("jane@example.org", "secret")).join())
        .isEqualTo(new WrongPassword());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(DELAY);
    assertThat(asked).hasValue(3);
  }

  @Test
  void whoGuessesInParallelGainsLittle() {
    AtomicInteger asked = new AtomicInteger();
    LoginDesk desk =
        desk(question -> {
          asked.incrementAndGet();
          return new TestLogins().ask(question);
        });
    List<CompletableFuture<LoginAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(desk.ask(question("jane@example.org", "guess " + i)));
    }
    answers.forEach(answer -> assertThat(answer.join()).isEqualTo(new WrongPassword()));
    assertThat(asked.get()).isBetween(3, 3 + LoginDesk.ASKED_MAX);
  }

  @Test
  void whoAnswersTooLateIsAway() {
    CountDownLatch end = new CountDownLatch(1);
    LoginDesk desk = desk(_ -> held(end), Duration.ofSeconds(1), DELAY);
    assertThat(desk.ask(question("jane@example.org", "secret")).join()).isInstanceOf(Away.class);
    end.countDown();
  }

  @Test
  void strangersDoNotTakeAllTurns() {
    CountDownLatch end = new CountDownLatch(1);
    LoginDesk desk =
        desk(question ->
            question.credentials().name().startsWith("stranger")
                ? held(end)
                : new TestLogins().ask(question));
    desk.ask(question("jane@example.org", "secret")).join();
    for (int i = 0; i < 2 * LoginDesk.ASKED_MAX; i++) {
      desk.ask(question("stranger" + i + "@example.org", "guess"));
    }
    assertThat(desk.ask(question("jane@example.org", "secret")).join())
        .isEqualTo(new Welcome("jane@example.org"));
    end.countDown();
  }

  private static LoginAnswer held(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new WrongPassword();
  }

  @Test
  void aBugOfOursIsNoWrongPassword() {
    assertThat(desk(new TestLogins()).ask(question("broken@example.org", "secret")).join())
        .isInstanceOf(Away.class);
  }

  @Test
  void thePasswordIsWipedWhenItHasBeenUsed() {
    LoginQuestion question = question("jane@example.org", "secret");
    desk(new TestLogins()).ask(question).join();
    assertThat(question.credentials().password()).containsOnly(0);
    assertThat(question("jane", "secret").toString()).doesNotContain("secret");
  }

  private static LoginDesk desk(Logins logins) {
    return desk(logins, Duration.ofSeconds(20), DELAY);
  }

  private static LoginDesk desk(Logins logins, Duration wait, Duration delay) {
    Patience patience =
        new Patience(3, 1_000, Duration.ofHours(1), Duration.ofMinutes(15), delay, delay);
    LoginRules rules =
        new LoginRules(LoginRules.DEFAULT.through(), wait, Optional.of("example.org"), patience);
    return new LoginDesk(
        rules, new LoginGuard(ClientNetworks.DEFAULT, patience, System::nanoTime), logins);
  }

  private static LoginQuestion question(String name, String password) {
    return new LoginQuestion(
        CLIENT, Credentials.of(name.getBytes(UTF_8), password.getBytes(UTF_8)).orElseThrow());
  }
}
