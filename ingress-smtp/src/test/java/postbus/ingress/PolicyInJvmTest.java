package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import postbus.log.Mail;
import postbus.mail.MailId;
import postbus.mail.Verdict;

/** Questions to the policy of the same process. */
class PolicyInJvmTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final int SLOW = 1;
  private static final Verdict.Accept ACCEPT = new Verdict.Accept(List.of());

  private final PendingVerdicts pending = new PendingVerdicts(SECONDS);
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger judged = new AtomicInteger();

  @AfterEach
  void letGo() {
    held.countDown();
  }

  @Test
  void theVerdictComesToWhoeverWaits() {
    CompletableFuture<Optional<Verdict>> answer = ask(new PolicyInJvm(_ -> ACCEPT, pending));
    assertThat(answer).succeedsWithin(SECONDS).isEqualTo(Optional.of(ACCEPT));
  }

  @Test
  void nothingHoldsTheMailOfAClientThatHasGone() {
    MailId id = MailId.next();
    var answer = pending.await(id).orElseThrow();
    pending.forget(id);
    assertThat(answer).isCompletedWithValue(Optional.empty());
  }

  @Test
  void aBugInACheckIsNoVerdict() {
    PolicyInJvm policy =
        new PolicyInJvm(
            _ -> {
              judged.incrementAndGet();
              throw new IllegalStateException("a bug");
            },
            pending);
    CompletableFuture<Optional<Verdict>> answer = ask(policy);
    await().atMost(SECONDS).until(() -> judged.get() == 1);
    assertThat(answer).isNotDone();
  }

  @Test
  void aSlowScanDelaysOnlyItsOwnMail() {
    PolicyInJvm policy = new PolicyInJvm(mail -> isSlow(mail) ? slowly(mail) : ACCEPT, pending);
    for (int i = 1; i < PolicyInJvm.JUDGED_MAX; i++) {
      ask(policy, IntakeLog.mail(SLOW));
    }
    await().atMost(SECONDS).until(() -> judged.get() == PolicyInJvm.JUDGED_MAX - 1);
    for (int i = 0; i < 10; i++) {
      assertThat(ask(policy)).succeedsWithin(SECONDS).isEqualTo(Optional.of(ACCEPT));
    }
    assertThat(held.getCount()).as("the others are held all the time").isEqualTo(1);
  }

  @Test
  void whoComesWhenAllAreHeldIsJudgedAsSoonAsOneIsDone() {
    CountDownLatch one = new CountDownLatch(1);
    PolicyInJvm policy =
        new PolicyInJvm(mail -> isSlow(mail) ? slowly(mail) : judgedAfter(one), pending);
    for (int i = 1; i < PolicyInJvm.JUDGED_MAX; i++) {
      ask(policy, IntakeLog.mail(SLOW));
    }
    await().atMost(SECONDS).until(() -> judged.get() == PolicyInJvm.JUDGED_MAX - 1);
    CompletableFuture<Optional<Verdict>> last = ask(policy);
    CompletableFuture<Optional<Verdict>> waiting = ask(policy);
    assertThat(waiting).isNotDone();
    one.countDown();
    assertThat(last).succeedsWithin(SECONDS).isEqualTo(Optional.of(ACCEPT));
    assertThat(waiting).succeedsWithin(SECONDS).isEqualTo(Optional.of(ACCEPT));
  }

  private static Verdict judgedAfter(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return ACCEPT;
  }

  private static boolean isSlow(Mail mail) {
    return mail.envelope().body().size() == SLOW;
  }

  @Test
  void whoseTurnComesTooLateIsNotJudged() {
    PolicyInJvm policy = new PolicyInJvm(this::slowly, pending);
    for (int i = 0; i < PolicyInJvm.JUDGED_MAX; i++) {
      ask(policy);
    }
    await().atMost(SECONDS).until(() -> judged.get() == PolicyInJvm.JUDGED_MAX);
    Mail late = IntakeLog.mail(2);
    pending.await(late.envelope().id());
    policy.ask(late, Instant.now());
    CompletableFuture<Optional<Verdict>> inTime = ask(policy);
    held.countDown();
    assertThat(inTime).succeedsWithin(SECONDS).isEqualTo(Optional.of(ACCEPT));
    assertThat(judged).hasValue(PolicyInJvm.JUDGED_MAX + 1);
  }

  private Verdict slowly(Mail mail) {
    judged.incrementAndGet();
    return judgedAfter(held);
  }

  private CompletableFuture<Optional<Verdict>> ask(PolicyInJvm policy) {
    return ask(policy, IntakeLog.mail(2));
  }

  private CompletableFuture<Optional<Verdict>> ask(PolicyInJvm policy, Mail mail) {
    CompletableFuture<Optional<Verdict>> answer = pending.await(mail.envelope().id()).orElseThrow();
    policy.ask(mail, Instant.now().plus(SECONDS));
    return answer;
  }
}
