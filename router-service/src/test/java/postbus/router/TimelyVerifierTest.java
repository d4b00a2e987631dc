package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.AddressVerifier;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;

@Timeout(120)
class TimelyVerifierTest {
  private static final EmailAddress ADDRESS = EmailAddress.of("a@example.org");
  private static final Verification GOOD =
      new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok"));

  private final CountDownLatch dnsAnswers = new CountDownLatch(1);
  private final AtomicInteger finished = new AtomicInteger();

  @AfterEach
  void letGo() {
    dnsAnswers.countDown();
  }

  @Test
  void theLimitsOfIngressPolicyAndRouterNest() {
    SessionLimits limits = SessionLimits.DEFAULT;
    assertThat(limits.routerWait()).isEqualTo(Duration.ofSeconds(4));
    assertThat(limits.lookupWait()).isEqualTo(Duration.ofMillis(3500));
    assertThat(limits.routerWait()).isLessThan(limits.recipientWait());
  }

  @Test
  void anAnswerInTimeIsPassedOn() {
    assertThat(new TimelyVerifier(_ -> GOOD, Duration.ofSeconds(10)).verify(ADDRESS))
        .isEqualTo(GOOD);
  }

  @Test
  void whoIsSlowIsNotWaitedForAndMayFinish() {
    TimelyVerifier verifier = new TimelyVerifier(slow(), Duration.ofMillis(50));
    assertCannotTell(verifier);
    assertThat(finished).hasValue(0);
    dnsAnswers.countDown();
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(finished).hasValue(1));
  }

  @Test
  void lookUpsThatDoNotEndAreBounded() {
    TimelyVerifier verifier = new TimelyVerifier(slow(), Duration.ofNanos(1));
    for (int i = 0; i <= TimelyVerifier.UNDER_WAY_MAX; i++) {
      assertCannotTell(verifier);
    }
    assertThat(verifier.verify(ADDRESS).reply().text()).startsWith("too many");
    dnsAnswers.countDown();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(finished).hasValue(TimelyVerifier.UNDER_WAY_MAX));
  }

  @Test
  void aFailureIsNoRefusal() {
    assertCannotTell(
        new TimelyVerifier(
            _ -> {
              throw new IllegalStateException("a bug");
            },
            Duration.ofSeconds(10)));
  }

  private AddressVerifier slow() {
    return _ -> {
      try {
        dnsAnswers.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      finished.incrementAndGet();
      return GOOD;
    };
  }

  private static void assertCannotTell(AddressVerifier verifier) {
    Verification found = verifier.verify(ADDRESS);
    assertThat(found.standing()).isEqualTo(Standing.UNKNOWN);
    assertThat(found.reply().toString()).startsWith("451 4.4.3");
  }
}
