package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Partitions change their owner while there is work in hand. */
class StageOwnersTest {
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

  /** Takes mails and keeps them until the test ends them. */
  private static final class Hands implements StageWork {
    final Map<String, Taken> taken = new ConcurrentHashMap<>();

    @Override
    public void take(Taken mail) {
      taken.put(content(mail), mail);
    }

    boolean holds(String... contents) {
      return taken.keySet().containsAll(List.of(contents));
    }

    CompletableFuture<Void> move(String content, String to) {
      Taken mail = taken.get(content);
      return mail.finish(mail.followUp().mail(to, mail.key(), mail.mail()));
    }
  }

  @Test
  void whatHasPassedItsPointOfNoReturnIsWaitedForAndTheRestIsDoneOnceByTheNewOwner() {
    rig.create("in-revoke", 2);
    rig.create("out-revoke", 1);
    StageSettings settings = StageRig.settings("revoke", Inputs.of("in-revoke"));
    Hands first = new Hands();
    rig.start(settings, "0", first);
    rig.put("in-revoke", 0, "passed0", "begun0");
    rig.put("in-revoke", 1, "passed1", "begun1");
    await().atMost(SOON).until(() -> first.holds("passed0", "begun0", "passed1", "begun1"));
    assertThat(first.taken.get("passed0").passPointOfNoReturn()).isTrue();
    assertThat(first.taken.get("passed1").passPointOfNoReturn()).isTrue();

    Hands second = new Hands();
    rig.start(settings, "1", second);
    await()
        .atMost(SOON)
        .until(() -> isGoing(first.taken.get("begun0")) || isGoing(first.taken.get("begun1")));
    String lost = isGoing(first.taken.get("begun0")) ? "0" : "1";
    String kept = lost.equals("0") ? "1" : "0";
    assertThat(first.taken.get("begun" + lost).passPointOfNoReturn()).isFalse();
    assertThat(first.taken.get("begun" + kept).passPointOfNoReturn()).isTrue();
    assertThat(second.taken).isEmpty();
    assertThat(first.move("passed" + lost, "out-revoke")).succeedsWithin(SOON);
    first.taken.get("begun" + lost).abandon();

    await().atMost(SOON).until(() -> second.holds("begun" + lost));
    assertThat(second.taken).hasSize(1);
    second.move("begun" + lost, "out-revoke").join();
    first.move("passed" + kept, "out-revoke").join();
    first.move("begun" + kept, "out-revoke").join();
    rig.awaitContents("out-revoke", "passed0", "passed1", "begun0", "begun1");
  }

  private static boolean isGoing(Taken taken) {
    return ((InHand) taken).window().isStopping();
  }

  @Test
  void aSessionThatOutlivesItsPartitionRecordsNothing() {
    rig.create("in-outlive", 2);
    rig.create("out-outlive", 1);
    StageSettings settings =
        StageRig.settings("outlive", Inputs.of("in-outlive"))
            .waiting(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(200));
    Hands first = new Hands();
    rig.start(settings, "0", first);
    rig.put("in-outlive", 0, "mail0");
    rig.put("in-outlive", 1, "mail1");
    await().atMost(SOON).until(() -> first.holds("mail0", "mail1"));
    first.taken.values().forEach(mail -> assertThat(mail.passPointOfNoReturn()).isTrue());

    Hands second = new Hands();
    rig.start(settings, "1", second);
    await().atMost(SOON).until(() -> !second.taken.isEmpty());
    String lost = second.taken.keySet().iterator().next();
    String kept = lost.equals("mail0") ? "mail1" : "mail0";

    assertThat(first.move(lost, "out-outlive"))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(OwnershipLost.class);
    second.move(lost, "out-outlive").join();
    first.move(kept, "out-outlive").join();
    rig.awaitContents("out-outlive", "mail0", "mail1");
  }

  @Test
  void anotherLifeOfTheSameSlotTakesItsPlaceAtOnceAndTheFormerOneRecordsNothing() {
    rig.create("in-zombie", 1);
    rig.create("out-zombie", 1);
    StageSettings settings = StageRig.settings("zombie", Inputs.of("in-zombie"));
    Hands former = new Hands();
    Stage zombie = rig.start(settings, "0", former);
    rig.put("in-zombie", 0, "mail");
    await().atMost(SOON).until(() -> former.holds("mail"));

    Hands next = new Hands();
    rig.start(settings, "0", next);
    await().atMost(Duration.ofSeconds(8)).until(() -> next.holds("mail"));
    next.move("mail", "out-zombie").join();
    assertThat(former.move("mail", "out-zombie"))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(OwnershipLost.class);

    await().atMost(SOON).until(() -> !zombie.isReady());
    rig.awaitContents("out-zombie", "mail");
  }

  @Test
  void aFullWindowPausesItsPartitionAlone() {
    rig.create("in-window", 2);
    rig.create("out-window", 1);
    StageSettings settings = StageRig.settings("window", Inputs.of("in-window")).window(2);
    var held = new ConcurrentLinkedQueue<Taken>();
    var taken = new ConcurrentLinkedQueue<String>();
    rig.start(
        settings,
        "0",
        mail -> {
          taken.add(content(mail));
          if (content(mail).startsWith("slow")) {
            held.add(mail);
          } else {
            mail.finish(mail.followUp().mail("out-window", mail.key(), mail.mail()));
          }
        });
    rig.put("in-window", 0, "slow0", "slow1", "slow2", "slow3");
    await().atMost(SOON).until(() -> held.size() == 2);
    String[] fast = Mails.numbered("fast", 50);
    rig.put("in-window", 1, fast);

    rig.awaitContents("out-window", fast);
    assertThat(held).extracting(Mails::content).containsExactly("slow0", "slow1");

    Taken one = held.remove();
    one.finish(one.followUp()).join();
    await().atMost(SOON).until(() -> taken.contains("slow2"));
    assertThat(taken).doesNotContain("slow3").doesNotHaveDuplicates();
  }

  @Test
  void aWindowThatACommitCannotNameIsRefusedAtTheStart() {
    StageSettings settings = StageRig.settings("huge", Inputs.of("in-huge")).window(5000);

    assertThatThrownBy(() -> rig.start(settings, "0", new Hands()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("windowMails")
        .hasMessageContaining("offset.metadata.max.bytes is 4096");
  }
}
