package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogReachTest {
  private final AtomicBoolean answers = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger fails = new AtomicInteger();
  private final LogReach reach = new LogReach(this::answer, Duration.ofMillis(1));

  private boolean answer() {
    if (asked.incrementAndGet() == fails.get()) {
      throw new AssertionError("on purpose");
    }
    return answers.get();
  }

  @AfterEach
  void close() {
    reach.close();
  }

  @Test
  void whileMailsGetThroughNobodyAsks() {
    reach.note(null);
    reach.note(new RecordTooLargeException("its own fault"));
    assertThat(reach.isThere()).isTrue();
    assertThat(asked).hasValue(0);
  }

  @Test
  void aMailThatDidNotGetThroughSaysNoUntilTheLogAnswers() {
    reach.note(new TimeoutException("nobody answers"));
    await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 2);
    assertThat(reach.isThere()).isFalse();
    answers.set(true);
    await().atMost(Duration.ofSeconds(30)).until(reach::isThere);
    int then = asked.get();
    reach.note(new NotEnoughReplicasException("one of three"));
    assertThat(reach.isThere()).isFalse();
    await().atMost(Duration.ofSeconds(30)).until(() -> reach.isThere() && asked.get() > then);
  }

  @Test
  void whatWeMayNotWriteSaysNoUntilWeMay() {
    reach.note(new TopicAuthorizationException(Set.of("mail.accepted")));
    await().until(() -> asked.get() > 2);
    assertThat(reach.isThere()).isFalse();
    answers.set(true);
    await().until(reach::isThere);
    answers.set(false);
    reach.note(new SslAuthenticationException("the certificate has expired"));
    assertThat(reach.isThere()).isFalse();
  }

  @Test
  void ofQuestionsOnlyARefusalSaysNo() {
    reach.noteQuestion(new CompletionException(new TimeoutException("policy's topic is slow")));
    assertThat(reach.isThere()).isTrue();
    reach.noteQuestion(
        new CompletionException(new TopicAuthorizationException(Set.of("mail.received"))));
    assertThat(reach.isThere()).isFalse();
  }

  @Test
  void anErrorWhileItAsksIsNotTheLastWord() {
    fails.set(2);
    reach.note(new TimeoutException("nobody answers"));
    await().until(() -> asked.get() > 3);
    answers.set(true);
    await().until(reach::isThere);
  }

  /** Trusted clients' mail goes through, say, and that of others may not be held back. */
  @Test
  void whatIsForbiddenOfSomeMailIsNotMadeUpForByOthers() {
    reach.note(new TopicAuthorizationException(Set.of("mail.quarantine")));
    reach.note(null);
    assertThat(reach.isThere()).isFalse();
    answers.set(true);
    await().until(reach::isThere);
  }

  @Test
  void aMailThatGetsThroughSaysYes() {
    reach.note(new TimeoutException("nobody answered in time"));
    reach.note(null);
    assertThat(reach.isThere()).isTrue();
  }
}
