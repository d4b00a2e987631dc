package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.StageRig.SOON;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import postbus.mail.ContentRef;

/** Times when the content store cannot be asked: nothing is lost by them. */
class ContentsAwayTest {
  private static StageRig rig;

  @BeforeAll
  static void broker() {
    rig = new StageRig();
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  @AfterEach
  void closeStages() {
    rig.closeStages();
  }

  @Test
  void aMailWaitsForItsContentAndIsNoDeadLetterHoweverOften() {
    rig.create("in-away", 1);
    rig.create("out-away", 1);
    rig.create("dead-letter.away", 1);
    AtomicBoolean isAway = new AtomicBoolean(true);
    AtomicInteger attempts = new AtomicInteger();
    rig.start(
        StageRig.settings("away", Inputs.of("in-away"))
            .waiting(Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(50)),
        "0",
        StageWork.blocking(taken -> {
          if (taken.mail().envelope().body().stored().isPresent() && isAway.get()) {
            attempts.incrementAndGet();
            throw new UncheckedIOException(StageRig.away());
          }
          return taken.followUp().mail("out-away", taken.key(), taken.mail());
        }));
    putStored("in-away", 8);
    rig.put("in-away", 0, "a");

    // More mails than make a run of failures, and more attempts than a record has.
    rig.awaitContents("out-away", "a");
    await().atMost(SOON).until(() -> attempts.get() >= 8 * 5);
    rig.put("in-away", 0, "b");
    await().atMost(SOON).until(() -> rig.contents("out-away").contains("b"));
    isAway.set(false);

    await().atMost(SOON).until(() -> rig.contents("out-away").size() == 10);
    assertThat(rig.contents("dead-letter.away")).isEmpty();
  }

  @Test
  void aDelayIsRecordedAlsoWhileTheLeaseCannotBeExtended() {
    rig.create("in-later", 1);
    rig.create("retry.later.1m", 1);
    rig.create("dead-letter.later", 1);
    rig.start(
        StageRig.settings("later", Inputs.of("in-later")).retrying(List.of(Duration.ofMinutes(1))),
        "0",
        StageWork.blocking(taken ->
            taken
                .followUp()
                .retry("in-later", taken.key(), taken.mail(), Instant.now().plusSeconds(60))));
    putStored("in-later", 1);

    rig.awaitContents("retry.later.1m", "");
    assertThat(rig.contents("dead-letter.later")).isEmpty();
  }

  @Test
  void aStoreThatHangsOnADeadLetterHoldsUpNoOtherOfItsStage() {
    CountDownLatch answers = hangingStore();
    rig.create("in-hung", 1);
    rig.create("out-hung", 1);
    rig.create("dead-letter.hung", 1);
    rig.start(
        StageRig.settings("hung", Inputs.of("in-hung")),
        "0",
        StageWork.blocking(taken -> {
          var envelope = taken.mail().envelope();
          boolean grows = envelope.body().stored().isPresent();
          byte[] content = grows ? new byte[17 << 20] : taken.mail().content();
          return taken.followUp().mail("out-hung", taken.key(), new Mail(envelope, content));
        }));
    putStored("in-hung", 1);
    rig.put("in-hung", 0, "a");

    rig.awaitContents("out-hung", "a");
    rig.put("in-hung", 0, "b");
    rig.awaitContents("out-hung", "a", "b");
    answers.countDown();
    rig.awaitContents("dead-letter.hung", "");
  }

  @Test
  void norOfThoseThatMoveBackWhenTheirTimeHasCome() {
    CountDownLatch answers = hangingStore();
    rig.create("in-moved", 1);
    rig.create("retry.moved.1m", 1);
    rig.create("dead-letter.moved", 1);
    rig.startMover(
        StageRig.settings("moved", Inputs.of("in-moved")).retrying(List.of(Duration.ofMinutes(1))));
    putStored("retry.moved.1m", 1); // It does not say when it is due.
    var due = MailRecords.record("retry.moved.1m", "due", Mails.mail("due"));
    MailRecords.waiting(due.headers(), Instant.now(), "in-moved");
    rig.put(due);

    rig.awaitContents("in-moved", "due");
    answers.countDown();
    rig.awaitContents("dead-letter.moved", "");
  }

  /** It hangs until it is told to answer. */
  private static CountDownLatch hangingStore() {
    CountDownLatch answers = new CountDownLatch(1);
    rig.lease(content -> {
      try {
        answers.await(2 * SOON.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      throw new UncheckedIOException(StageRig.away());
    });
    return answers;
  }

  private static void putStored(String topic, int mails) {
    for (int i = 0; i < mails; i++) {
      var envelope = Mails.mail("").envelope().storedAt(new ContentRef("away"));
      rig.put(MailRecords.record(topic, "stored", new Mail(envelope, new byte[0])));
    }
  }
}
