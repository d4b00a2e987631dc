package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The process dies, the broker goes away: each mail in leads to exactly one mail out. */
class StageCrashTest {
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

  /** What a kill looks like to the log: the writer's thread ends where it stands. */
  private static final class Killed extends Error {
    Killed() {
      super("killed", null, false, false);
    }
  }

  @Test
  void killedBeforeTheAppend() {
    dieAt(
        "before-append",
        dying ->
            new Faults() {
              @Override
              public void beforeAppend() {
                dying.run();
              }
            });
  }

  @Test
  void killedBetweenAppendAndEndOfTransaction() {
    dieAt(
        "before-commit",
        dying ->
            new Faults() {
              @Override
              public void beforeCommit() {
                dying.run();
              }
            });
  }

  @Test
  void killedAfterTheEndOfTheTransaction() {
    dieAt(
        "after-commit",
        dying ->
            new Faults() {
              @Override
              public void afterCommit() {
                dying.run();
              }
            });
  }

  /** The first transaction passes, the process dies in a later one, its next life goes on. */
  private void dieAt(String point, java.util.function.Function<Runnable, Faults> faultsAt) {
    String in = "in-" + point;
    String out = "out-" + point;
    rig.create(in, 1);
    rig.create(out, 1);
    AtomicBoolean die = new AtomicBoolean();
    CountDownLatch dead = new CountDownLatch(1);
    Faults faults =
        faultsAt.apply(() -> {
          if (die.get()) {
            dead.countDown();
            throw new Killed();
          }
        });
    StageSettings settings = StageRig.settings(point, Inputs.of(in));
    rig.start(settings, "0", moveTo(out), faults);
    rig.put(in, 0, "a", "b");
    rig.awaitContents(out, "a", "b");
    die.set(true);
    rig.put(in, 0, "c", "d", "e");
    await().atMost(SOON).until(() -> dead.getCount() == 0);

    rig.start(settings, "0", moveTo(out));
    rig.put(in, 0, "f");

    rig.awaitContents(out, "a", "b", "c", "d", "e", "f");
  }

  @Test
  void fencedBeforeTheEndOfTheTransactionItIsRecordedOnceByANewProducer() {
    AtomicBoolean once = new AtomicBoolean();
    goOnAfter(
        "fenced",
        new Faults() {
          @Override
          public void beforeCommit() {
            if (once.compareAndSet(false, true)) {
              try (var other = rig.producer(Map.of("transactional.id", "fenced-0"))) {
                other.initTransactions();
              }
            }
          }
        });
    assertThat(once).isTrue();
  }

  @Test
  void whenTheAnswerToACommitIsLostTheCommittedOffsetsTellThatItIsDone() {
    AtomicBoolean once = new AtomicBoolean();
    goOnAfter(
        "answer",
        new Faults() {
          @Override
          public void afterCommit() {
            if (once.compareAndSet(false, true)) {
              throw new IllegalStateException("the answer is lost");
            }
          }
        });
    assertThat(once).isTrue();
  }

  @Test
  void whatCannotBeWrittenAtOnceIsWrittenInPartsAndNothingTwice() {
    rig.create("in-parts", 1);
    rig.create("out-parts", 1);
    AtomicInteger transactions = new AtomicInteger();
    Faults faults =
        new Faults() {
          @Override
          public void beforeCommit() {
            if (transactions.incrementAndGet() <= 3) {
              throw new IllegalStateException("too much");
            }
          }
        };
    String[] mails = Mails.numbered("m", 100);
    var held = new ConcurrentLinkedQueue<Taken>();
    rig.start(StageRig.settings("parts", Inputs.of("in-parts")), "0", held::add, faults);
    rig.put("in-parts", 0, mails);
    await().atMost(SOON).until(() -> held.size() == mails.length);

    held.forEach(
        taken -> taken.finish(taken.followUp().mail("out-parts", taken.key(), taken.mail())));

    rig.awaitContents("out-parts", mails);
    await().atMost(SOON).until(() -> rig.doneBelow("parts", "in-parts") >= mails.length);
    assertThat(transactions.get()).isGreaterThan(4);
  }

  private static void goOnAfter(String fault, Faults faults) {
    String in = "in-" + fault;
    String out = "out-" + fault;
    rig.create(in, 1);
    rig.create(out, 1);
    rig.start(StageRig.settings(fault, Inputs.of(in)), "0", moveTo(out), faults);
    rig.put(in, 0, "a");
    rig.awaitContents(out, "a");
    rig.put(in, 0, "b");
    rig.awaitContents(out, "a", "b");
  }

  @Test
  void aSlowMailHoldsNoOtherUpAndAloneIsDoneAgainAfterARestart() {
    rig.create("in-slow", 1);
    rig.create("out-slow", 1);
    StageSettings settings = StageRig.settings("slow", Inputs.of("in-slow"));
    AtomicReference<Taken> slow = new AtomicReference<>();
    Stage first =
        rig.start(
            settings,
            "0",
            taken -> {
              if (content(taken).equals("slow")) {
                slow.set(taken);
              } else {
                taken.finish(taken.followUp().mail("out-slow", taken.key(), taken.mail()));
              }
            });
    rig.put("in-slow", 0, "a", "slow", "b", "c");
    rig.awaitContents("out-slow", "a", "b", "c");
    first.close();
    slow.get().abandon();
    var again = new ConcurrentLinkedQueue<String>();

    rig.start(
        settings,
        "0",
        taken -> {
          again.add(content(taken));
          taken.finish(taken.followUp().mail("out-slow", taken.key(), taken.mail()));
        });

    rig.awaitContents("out-slow", "a", "slow", "b", "c");
    assertThat(again).containsExactly("slow");
  }

  @Test
  void recordsOfAnAbortedTransactionAreNeitherTakenNorInTheWay() {
    rig.create("in-aborted", 1);
    rig.create("out-aborted", 1);
    try (KafkaProducer<byte[], byte[]> other =
        rig.producer(Map.of("transactional.id", "another"))) {
      other.initTransactions();
      other.beginTransaction();
      var _ = other.send(MailRecords.record("in-aborted", "x", Mails.mail("ghost")));
      other.flush();
      other.abortTransaction();
    }
    StageSettings settings = StageRig.settings("aborted", Inputs.of("in-aborted"));
    rig.start(settings, "0", moveTo("out-aborted"));
    rig.put("in-aborted", 0, "real");

    rig.awaitContents("out-aborted", "real");
  }

  @Test
  void theBrokerIsRestartedInTheMiddle() {
    rig.create("in-restart", 2);
    rig.create("out-restart", 2);
    StageSettings settings = StageRig.settings("restart", Inputs.of("in-restart"));
    rig.start(settings, "0", moveTo("out-restart"));
    rig.put("in-restart", 0, Mails.numbered("a", 300));
    rig.put("in-restart", 1, Mails.numbered("b", 300));
    await().atMost(SOON).until(() -> !rig.contents("out-restart").isEmpty());

    rig.stopBroker();
    rig.startBroker();
    rig.put("in-restart", 0, "last");

    List<String> all = new java.util.ArrayList<>(List.of(Mails.numbered("a", 300)));
    all.addAll(List.of(Mails.numbered("b", 300)));
    all.add("last");
    rig.awaitContents("out-restart", all.toArray(String[]::new));
  }

  private static StageWork moveTo(String topic) {
    return StageWork.blocking(taken -> taken.followUp().mail(topic, taken.key(), taken.mail()));
  }
}
