package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import postbus.mail.ContentRef;
import postbus.mail.Envelope;

/** Mails whose stored content is not there, and the point of no return. */
class ContentGoneTest {
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
  void aMailWhoseContentIsGoneIsADeadLetterAndHoldsNoOtherUp() {
    rig.create("in-gone", 1);
    rig.create("out-gone", 1);
    rig.create("dead-letter.gone", 1);
    rig.start(
        StageRig.settings("gone", Inputs.of("in-gone")),
        "0",
        StageWork.blocking(taken -> {
          if (taken.mail().envelope().body().stored().isPresent()) {
            throw new IllegalStateException("unreadable");
          }
          return taken.followUp().mail("out-gone", taken.key(), taken.mail());
        }));
    Envelope stored = Mails.mail("").envelope().storedAt(new ContentRef("gone"));
    rig.put(MailRecords.record("in-gone", "lost", new Mail(stored, new byte[0])));
    rig.put("in-gone", 0, "a");

    rig.awaitContents("dead-letter.gone", "");
    rig.awaitContents("out-gone", "a");
  }

  @Test
  void whatCannotBeDoneAgainIsRecordedAlsoIfTheContentIsGoneMeanwhile() {
    rig.create("in-sent", 1);
    rig.create("dead-letter.sent", 1);
    AtomicInteger attempts = new AtomicInteger();
    rig.start(
        StageRig.settings("sent", Inputs.of("in-sent")),
        "0",
        StageWork.blocking(taken -> {
          attempts.incrementAndGet();
          assertThat(taken.passPointOfNoReturn()).isTrue();
          Envelope goneSince = taken.mail().envelope().storedAt(new ContentRef("gone"));
          return taken
              .followUp()
              .deadLetter(taken.key(), new Mail(goneSince, new byte[0]), "no sender to tell");
        }));
    Envelope stored = Mails.mail("").envelope().storedAt(new ContentRef("here"));
    rig.put(MailRecords.record("in-sent", "sent", new Mail(stored, new byte[0])));

    rig.awaitContents("dead-letter.sent", "");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void nothingIsDoneThatCannotBeUndoneIfTheContentIsGone() {
    rig.create("in-unsent", 1);
    rig.create("dead-letter.unsent", 1);
    AtomicInteger done = new AtomicInteger();
    rig.start(
        StageRig.settings("unsent", Inputs.of("in-unsent")),
        "0",
        StageWork.blocking(taken -> {
          done.addAndGet(taken.passPointOfNoReturn() ? 1 : 0);
          return taken.followUp();
        }));
    Envelope stored = Mails.mail("").envelope().storedAt(new ContentRef("gone"));
    rig.put(MailRecords.record("in-unsent", "lost", new Mail(stored, new byte[0])));

    rig.awaitContents("dead-letter.unsent", "");
    assertThat(done).hasValue(0);
  }
}
