package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.ingress.LoginAnswer.Away;
import postbus.ingress.LoginAnswer.MayNotLogIn;
import postbus.ingress.LoginAnswer.Welcome;
import postbus.ingress.LoginAnswer.WrongPassword;
import postbus.testkit.DovecotServer;

/** A real Dovecot says who people are. */
@Timeout(120)
class DovecotTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private static DovecotServer dovecot;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    dovecot = DovecotServer.start();
    dovecot.account("jane@example.org", "secr\u00e9t word");
    dovecot.account("closed@example.org", "secret", "nologin");
  }

  @AfterAll
  static void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
  }

  @Test
  void knowsPasswordsAndAccounts() {
    assertThat(ask("jane@example.org", "secr\u00e9t word"))
        .isEqualTo(new Welcome("jane@example.org"));
    assertThat(ask("JANE@Example.ORG", "secr\u00e9t word"))
        .isEqualTo(new Welcome("jane@example.org"));
    assertThat(ask("jane@example.org", "wrong")).isEqualTo(new WrongPassword());
    assertThat(ask("nobody@example.org", "secret")).isEqualTo(new WrongPassword());
    assertThat(ask("jane", "secr\u00e9t word")).isEqualTo(new WrongPassword());
  }

  @Test
  void saysWhoMayNotLogIn() {
    assertThat(ask("closed@example.org", "secret")).isEqualTo(new MayNotLogIn());
    assertThat(ask("closed@example.org", "wrong")).isEqualTo(new WrongPassword());
  }

  /** Its own penalty would make those of the same address wait for one another. */
  @Test
  void isAskedByManyAtOnce() {
    List<CompletableFuture<LoginAnswer>> answers =
        IntStream.range(0, LoginDesk.ASKED_MAX)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> ask("jane@example.org", i % 4 == 0 ? "secr\u00e9t word" : "wrong " + i),
                    Thread::startVirtualThread))
            .toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join())
          .isEqualTo(i % 4 == 0 ? new Welcome("jane@example.org") : new WrongPassword());
    }
  }

  @Test
  void isAwayWhileItHangsOrIsDown() throws Exception {
    dovecot.process().pause();
    assertThat(ask("jane@example.org", "secr\u00e9t word", Duration.ofSeconds(1)))
        .isInstanceOf(Away.class);
    dovecot.process().resume();
    dovecot.process().stop();
    assertThat(ask("jane@example.org", "secr\u00e9t word")).isInstanceOf(Away.class);
    dovecot.process().restart();
    assertThat(ask("jane@example.org", "secr\u00e9t word"))
        .isEqualTo(new Welcome("jane@example.org"));
  }

  private static LoginAnswer ask(String name, String password) {
    return ask(name, password, WAIT);
  }

  private static LoginAnswer ask(String name, String password, Duration wait) {
    DovecotLogins logins = new DovecotLogins(dovecot.authSocket(), wait, Optional.empty());
    return logins.ask(
        new LoginQuestion(
            InetAddress.ofLiteral("192.0.2.1"),
            Credentials.of(name.getBytes(UTF_8), password.getBytes(UTF_8)).orElseThrow()));
  }
}
