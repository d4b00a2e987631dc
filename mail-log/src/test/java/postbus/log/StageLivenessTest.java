package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.StageRig.SOON;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stage that waits, for whatever it may be, moves; one whose thread is held does not. */
class StageLivenessTest {
  private static final Duration HELD = Duration.ofSeconds(2);

  /** A transaction that is given up after its six seconds is the longest turn. */
  private static final Duration TURN_MAX = Duration.ofSeconds(7);

  private static final Duration AWAY = Duration.ofSeconds(9);

  private final StageRig rig = new StageRig();
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void close() {
    released.countDown();
    rig.close();
  }

  @Test
  void movesWhileItsWindowIsFullAndTheLogIsAway() {
    rig.create("in", 1);
    StageSettings one = StageRig.settings("slow", Inputs.of("in")).window(1);
    Stage stage = rig.start(one, "0", StageWork.blocking(this::hang));
    StageRig.awaitReady(stage);
    rig.put("in", 0, "a", "b");
    await().atMost(SOON).during(HELD).until(() -> moves(stage, HELD));
    rig.stopBroker();
    released.countDown();
    await().atMost(SOON).during(AWAY).until(() -> moves(stage, TURN_MAX));
    rig.startBroker();
    await().atMost(SOON).until(() -> rig.doneBelow("slow", "in") == 2);
  }

  private static boolean moves(Stage stage, Duration silenceMax) {
    assertThat(stage.isLive()).isTrue();
    return stage.silence().compareTo(silenceMax) < 0;
  }

  private FollowUp hang(Taken taken) {
    hold();
    return taken.followUp();
  }

  @Test
  void doesNotMoveWhileItsThreadIsHeld() {
    rig.create("in", 1);
    Stage stage =
        rig.start(
            StageRig.settings("wedged", Inputs.of("in")),
            "0",
            taken -> {
              hold();
              var _ = taken.finish(taken.followUp());
            });
    StageRig.awaitReady(stage);
    rig.put("in", 0, "a");
    await().atMost(SOON).until(() -> stage.silence().compareTo(HELD) > 0);
    released.countDown();
    await().atMost(SOON).until(() -> stage.silence().compareTo(HELD) < 0);
  }

  private void hold() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
