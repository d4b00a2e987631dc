package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import postbus.site.ClientNetworks;
import postbus.site.LoginRules.Patience;

/** Who guesses, and who is kept out by it. */
class LoginGuardTest {
  private static final String JANE = "jane@example.org";
  private static final InetAddress HOME = InetAddress.ofLiteral("198.51.100.7");
  private static final InetAddress GUESSER = InetAddress.ofLiteral("203.0.113.1");

  private final AtomicLong now = new AtomicLong();
  private final LoginGuard guard =
      new LoginGuard(
          ClientNetworks.DEFAULT,
          new Patience(
              4,
              20,
              Duration.ofHours(1),
              Duration.ofMinutes(15),
              Duration.ofSeconds(1),
              Duration.ofSeconds(8)),
          now::get);

  @Test
  void aNetworkIsLockedOutOfTheAccountThatItGuesses() {
    assertThat(guessed(GUESSER, JANE, 3)).isEmpty();
    assertThat(guessed(InetAddress.ofLiteral("203.0.113.99"), JANE, 1))
        .containsExactly("203.0.113.0/24 from " + JANE);
    assertThat(guard.allows(GUESSER, JANE)).isFalse();
    assertThat(guard.allows(GUESSER, "bob@example.org")).isTrue();
    assertThat(guard.allows(HOME, JANE)).isTrue();
    now.addAndGet(Duration.ofMinutes(15).toNanos());
    assertThat(guard.allows(GUESSER, JANE)).isTrue();
  }

  @Test
  void anAccountIsTheSameHoweverItIsWritten() {
    guessed(GUESSER, JANE, 1);
    guessed(GUESSER, "JANE@Example.ORG", 1);
    guessed(GUESSER, "\"ja\\ne\"@example.org", 1);
    assertThat(guessed(GUESSER, "\"jane\"@example.org", 1)).hasSize(1);
    assertThat(guard.allows(GUESSER, JANE)).isFalse();
  }

  @Test
  void aRightPasswordWipesTheSlateOfThatPairAlone() {
    guessed(GUESSER, JANE, 3);
    guessed(GUESSER, "bob@example.org", 3);
    guard.welcomes(GUESSER, JANE);
    assertThat(guessed(GUESSER, JANE, 1)).isEmpty();
    assertThat(guessed(GUESSER, "bob@example.org", 1)).hasSize(1);
  }

  /** Each of a botnet guesses little: the account is closed to networks that it does not know. */
  @Test
  void strangersTogetherCannotLockAnOwnerOutWhereHeUsuallyIs() {
    guard.welcomes(HOME, JANE);
    List<String> lockouts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lockouts.addAll(guessed(InetAddress.ofLiteral("10.0." + i + ".1"), JANE, 1));
    }
    assertThat(lockouts).containsExactly("all networks that it is not used in from " + JANE);
    assertThat(guard.allows(InetAddress.ofLiteral("10.0.99.1"), JANE)).isFalse();
    assertThat(guard.allows(HOME, JANE)).isTrue();
    guessed(HOME, JANE, 4);
    assertThat(guard.allows(HOME, JANE)).isFalse();
  }

  @Test
  void whereAnAccountWasUsedLongAgoItIsNew() {
    guard.welcomes(HOME, JANE);
    now.addAndGet(LoginGuard.KNOWN_FOR.toNanos());
    for (int i = 0; i < 20; i++) {
      guessed(InetAddress.ofLiteral("10.0." + i + ".1"), JANE, 1);
    }
    assertThat(guard.allows(HOME, JANE)).isFalse();
  }

  /** Many work behind one address, and one of them guesses, or has a virus that does. */
  @Test
  void aGuesserAmongManyLocksOutThoseAloneWhoAreNewThere() {
    guard.welcomes(GUESSER, JANE);
    List<String> lockouts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lockouts.addAll(guessed(GUESSER, "user" + i + "@example.org", 1));
    }
    assertThat(lockouts)
        .containsExactly("203.0.113.0/24 from all accounts that are not used there");
    assertThat(guard.allows(GUESSER, JANE)).isTrue();
    assertThat(guard.allows(GUESSER, "bob@example.org")).isFalse();
    assertThat(guard.allows(HOME, "bob@example.org")).isTrue();
  }

  @Test
  void addressesOfOneSubnetAreOneGuesser() {
    for (int i = 1; i <= 4; i++) {
      guessed(InetAddress.ofLiteral("2001:db8:0:1::" + i), JANE, 1);
    }
    assertThat(guard.allows(InetAddress.ofLiteral("2001:db8:0:1:ffff::1"), JANE)).isFalse();
    assertThat(guard.allows(InetAddress.ofLiteral("2001:db8:0:2::1"), JANE)).isTrue();
  }

  @Test
  void theDelayGrowsWithFailuresOfTheNetworkAndOfTheAccount() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      guard.refuses(GUESSER, JANE);
      seconds.add(guard.delay(GUESSER, JANE).toSeconds());
    }
    assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 8L, 8L);
    assertThat(guard.delay(GUESSER, "new@example.org").toSeconds()).isEqualTo(8);
    assertThat(guard.delay(HOME, JANE).toSeconds()).isEqualTo(8);
    assertThat(guard.delay(HOME, "new@example.org").toSeconds()).isEqualTo(1);
  }

  @Test
  void whatALogSaysOfANameIsOneLine() {
    assertThat(guessed(GUESSER, "j\u00e4ne\u2028ALARM: all is lost\u202e@example.org", 4))
        .containsExactly("203.0.113.0/24 from j?ne?alarm:?all?is?lost?@example.org");
    assertThat(guessed(GUESSER, "x".repeat(300), 4).getFirst()).hasSizeLessThan(130);
  }

  private List<String> guessed(InetAddress client, String account, int times) {
    List<String> lockouts = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      lockouts.addAll(guard.refuses(client, account));
    }
    return lockouts;
  }
}
