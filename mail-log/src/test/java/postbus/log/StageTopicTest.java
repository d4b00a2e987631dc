package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Topics that are trimmed, deleted and created anew, and retry topics. */
class StageTopicTest {
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
  void aTopicCreatedAnewIsReadFromItsStartWhetherTheStageRanOrNot() {
    rig.create("in-anew", 1);
    rig.create("out-anew", 1);
    StageSettings settings = StageRig.settings("anew", Inputs.of("in-anew"));
    Stage first = rig.start(settings, "0", moveTo("out-anew"));
    rig.put("in-anew", 0, "a", "b", "c");
    rig.awaitContents("out-anew", "a", "b", "c");

    rig.delete("in-anew");
    rig.create("in-anew", 1);
    rig.put("in-anew", 0, "d");
    rig.awaitContents("out-anew", "a", "b", "c", "d");

    first.close();
    rig.delete("in-anew");
    rig.create("in-anew", 1);
    rig.put("in-anew", 0, "e", "f", "g", "h");
    rig.start(settings, "0", moveTo("out-anew"));
    rig.awaitContents("out-anew", "a", "b", "c", "d", "e", "f", "g", "h");
  }

  @Test
  void anOffsetOfAnotherTopicIsVoid() {
    rig.create("in-void", 1);
    rig.create("out-void", 1);
    rig.put("in-void", 0, "a", "b");
    String note = new OffsetNote(org.apache.kafka.common.Uuid.randomUuid(), new long[0]).text(2);
    rig.commit("void", "in-void", new OffsetAndMetadata(2, note));

    rig.start(StageRig.settings("void", Inputs.of("in-void")), "0", moveTo("out-void"));

    rig.awaitContents("out-void", "a", "b");
  }

  @Test
  void anOffsetOutOfRangeStopsTheStageAndResetsNothing() {
    rig.create("in-range", 1);
    rig.create("out-range", 1);
    rig.put("in-range", 0, "a", "b", "c");
    rig.commit("range", "in-range", new OffsetAndMetadata(1));
    rig.trim("in-range", 2);
    Stage stage =
        rig.start(StageRig.settings("range", Inputs.of("in-range")), "0", moveTo("out-range"));

    await().atMost(SOON).until(stage::isHalted);

    assertThat(stage.isReady()).isFalse();
    assertThat(rig.contents("out-range")).isEmpty();
  }

  @Test
  void aTopicThatMatchesThePatternIsReadWhenItIsCreated() {
    rig.create("lanes.one", 1);
    rig.create("out-lanes", 1);
    Stage stage =
        rig.start(
            StageRig.settings("lanes", Inputs.matching("lanes\\..*")), "0", moveTo("out-lanes"));
    StageRig.awaitReady(stage);

    rig.create("lanes.two", 1);
    rig.put("lanes.one", 0, "a");
    rig.put("lanes.two", 0, "b");

    rig.awaitContents("out-lanes", "a", "b");
  }

  @Test
  void aStageWithoutAPartitionIsReady() {
    rig.create("in-few", 1);
    rig.create("out-few", 1);
    StageSettings settings = StageRig.settings("few", Inputs.of("in-few"));
    Stage first = rig.start(settings, "0", moveTo("out-few"));
    Stage second = rig.start(settings, "1", moveTo("out-few"));

    StageRig.awaitReady(first);
    StageRig.awaitReady(second);
  }

  @Test
  void aRetryComesBackWhenItIsDueAndNotBefore() {
    rig.create("in-retry", 1);
    rig.create("out-retry", 1);
    rig.create("retry.retry.2s", 1);
    StageSettings settings =
        StageRig.settings("retry", Inputs.of("in-retry"))
            .retrying(java.util.List.of(Duration.ofSeconds(2)));
    AtomicReference<Instant> due = new AtomicReference<>();
    AtomicReference<Instant> back = new AtomicReference<>();
    StageRig.awaitReady(rig.startMover(settings));
    rig.start(
        settings,
        "0",
        StageWork.blocking(taken -> {
          if (taken.mail().envelope().attempts() == 0) {
            due.set(Instant.ofEpochMilli(System.currentTimeMillis() + 2000));
            Mail again = new Mail(taken.mail().envelope().attempted(), taken.mail().content());
            return taken.followUp().retry("in-retry", taken.key(), again, due.get());
          }
          back.set(Instant.now());
          return taken.followUp().mail("out-retry", taken.key(), taken.mail());
        }));
    rig.put("in-retry", 0, "later");

    rig.awaitContents("out-retry", "later");

    assertThat(back.get()).isBetween(due.get(), due.get().plusSeconds(2));
    ConsumerRecord<byte[], byte[]> moved = rig.records("in-retry").getLast();
    assertThat(MailRecords.header(moved, MailRecords.DUE)).isNull();
    assertThat(MailRecords.header(moved, MailRecords.ORIGIN)).isNull();
  }

  @Test
  void whatIsDoneAndOldIsTrimmedAndWhatIsUnfinishedIsKept() throws Exception {
    rig.create("in-trim", 1);
    rig.create("out-trim", 1);
    AtomicReference<Taken> slow = new AtomicReference<>();
    StageSettings settings = StageRig.settings("trim", Inputs.of("in-trim")).keeping(Duration.ZERO);
    Stage stage =
        rig.start(
            settings,
            "0",
            taken -> {
              if (content(taken).equals("slow")) {
                slow.set(taken);
              } else {
                taken.finish(taken.followUp().mail("out-trim", taken.key(), taken.mail()));
              }
            });
    rig.put("in-trim", 0, "a", "b", "slow", "c");
    rig.awaitContents("out-trim", "a", "b", "c");

    stage.trim();
    assertThat(rig.contents("in-trim")).containsExactly("slow", "c");

    slow.get().finish(slow.get().followUp()).join();
    stage.trim();
    assertThat(rig.contents("in-trim")).isEmpty();
  }

  private static StageWork moveTo(String topic) {
    return StageWork.blocking(taken -> taken.followUp().mail(topic, taken.key(), taken.mail()));
  }
}
