package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.SmtpReply;
import postbus.smtp.Inquiry;

/** How answers of other servers are kept, and whom nobody waits for; the clock is the test's. */
@Timeout(120)
class CalloutsTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final NextHop PRIMARY = new NextHop.Exchangers("relayed.example");
  private static final Inquiry REFUSED =
      new Inquiry.Refused(SmtpReply.of(550, "5.1.1", "No such user"));
  private static final Optional<SmtpReply> REFUSAL =
      Optional.of(SmtpReply.of(550, "5.1.1", "the server of relayed.example says: No such user"));

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();
  private final AtomicLong now = new AtomicLong(42);
  private final CountDownLatch answers = new CountDownLatch(1);
  private volatile Inquiry answer = REFUSED;

  @AfterEach
  void letGo() {
    answers.countDown();
  }

  @Test
  void aRefusalIsPassedOnAndForgottenAfterItsTime() {
    Callouts callouts = callouts(LONG, this::atOnce);
    assertThat(refusal(callouts, "a")).isEqualTo(REFUSAL);
    assertThat(refusal(callouts, "a")).isEqualTo(REFUSAL);
    assertThat(asked).hasValue(1);
    answer = new Inquiry.Taken();
    pass(Duration.ofMinutes(5));
    assertThat(refusal(callouts, "a")).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void aGoodAnswerIsKeptForItsTime() {
    answer = new Inquiry.Taken();
    Callouts callouts = callouts(LONG, this::atOnce);
    assertThat(refusal(callouts, "a")).isEmpty();
    answer = REFUSED;
    pass(Duration.ofMinutes(59));
    assertThat(refusal(callouts, "a")).isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(refusal(callouts, "a")).isEqualTo(REFUSAL);
  }

  @Test
  void whatIsUndecidedIsTakenAndAskedAgainNextTime() {
    answer = new Inquiry.Undecided("450 greylisted");
    Callouts callouts = callouts(LONG, this::atOnce);
    assertThat(refusal(callouts, "a")).isEmpty();
    answer = REFUSED;
    assertThat(refusal(callouts, "a")).isEqualTo(REFUSAL);
  }

  @Test
  void aSilentServerIsLeftAloneForAWhile() {
    answer = new Inquiry.Silent("connection refused");
    Callouts callouts = callouts(LONG, this::atOnce);
    assertThat(refusal(callouts, "a")).isEmpty();
    answer = REFUSED;
    assertThat(refusal(callouts, "a")).isEmpty();
    assertThat(refusal(callouts, "b")).isEmpty();
    assertThat(asked).hasValue(1);
    NextHop other = new NextHop.Exchangers("other.example");
    assertThat(callouts.refusal(EmailAddress.of("a@other.example"), other, LONG)).isPresent();
    pass(Callouts.SILENCE_KEEP);
    assertThat(refusal(callouts, "b")).isEqualTo(REFUSAL);
  }

  @Test
  void aServerThatKeepsTheLineIsNotWaitedForBeyondTheLimit() {
    Callouts callouts = callouts(SHORT, this::slowly);
    assertThat(refusal(callouts, "a")).isEmpty();
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(interrupted).hasValue(1));
    assertThat(refusal(callouts, "b")).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoHasLittleTimeLeftTakesTheMailAndTheAnswerServesTheNext() {
    Callouts callouts = callouts(LONG, this::slowly);
    EmailAddress recipient = EmailAddress.of("a@relayed.example");
    assertThat(callouts.refusal(recipient, PRIMARY, SHORT)).isEmpty();
    assertThat(callouts.refusal(recipient, PRIMARY, SHORT.negated())).isEmpty();
    answers.countDown();
    assertThat(callouts.refusal(recipient, PRIMARY, LONG)).isEqualTo(REFUSAL);
    assertThat(asked).hasValue(1);
  }

  @Test
  void callOutsToOneServerAreBoundedAndTheRestIsTaken() {
    Callouts callouts = callouts(LONG, this::slowly);
    for (int i = 0; i < Callouts.AT_ONCE_PER_PEER_MAX + 20; i++) {
      EmailAddress recipient = EmailAddress.of("u" + i + "@relayed.example");
      assertThat(callouts.refusal(recipient, PRIMARY, Duration.ZERO)).isEmpty();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(asked).hasValue(Callouts.AT_ONCE_PER_PEER_MAX));
  }

  @Test
  void allCallOutsTogetherAreBounded() {
    Callouts callouts = callouts(LONG, this::slowly);
    for (int i = 0; i < Callouts.AT_ONCE_MAX + 20; i++) {
      EmailAddress recipient = EmailAddress.of("u@d" + i + ".example");
      NextHop servers = new NextHop.Exchangers(recipient.domain());
      assertThat(callouts.refusal(recipient, servers, Duration.ZERO)).isEmpty();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(asked).hasValue(Callouts.AT_ONCE_MAX));
  }

  @Test
  void simultaneousQuestionsAboutOneAddressAreAskedOnce() throws InterruptedException {
    Callouts callouts = callouts(LONG, this::slowly);
    List<Optional<SmtpReply>> heard = new ArrayList<>();
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      askers.add(
          Thread.startVirtualThread(() -> {
            Optional<SmtpReply> refusal = refusal(callouts, "a");
            synchronized (heard) {
              heard.add(refusal);
            }
          }));
    }
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(asked).hasValue(1));
    answers.countDown();
    for (Thread asker : askers) {
      asker.join();
    }
    assertThat(heard).hasSize(20).containsOnly(REFUSAL);
    assertThat(asked).hasValue(1);
  }

  @Test
  void aBugInACallOutTakesTheMail() {
    Callouts callouts =
        callouts(
            LONG,
            (_, _) -> {
              throw new IllegalStateException("a bug");
            });
    assertThat(refusal(callouts, "a")).isEmpty();
  }

  private Inquiry atOnce(EmailAddress recipient, NextHop servers) {
    asked.incrementAndGet();
    return answer;
  }

  private Inquiry slowly(EmailAddress recipient, NextHop servers) {
    asked.incrementAndGet();
    try {
      answers.await();
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
    }
    return answer;
  }

  private Callouts callouts(Duration answerWait, Callout callout) {
    return new Callouts(RelaySites.callout(answerWait), callout, now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static Optional<SmtpReply> refusal(Callouts callouts, String localPart) {
    return callouts.refusal(new EmailAddress(localPart, "relayed.example"), PRIMARY, LONG);
  }
}
