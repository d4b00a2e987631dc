package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.mail.Event.What;
import postbus.mail.Recipient;

/** What becomes of a mail that is piped to a command. */
class PipeOutcomeTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path folder;
  private PipeRig rig;

  @BeforeEach
  void makeRoom() throws IOException {
    rig = PipeRig.in(folder);
  }

  @Test
  void aCommandThatTheSiteDoesNotAllowIsNotRunAndTheMailWaits() throws Exception {
    Path allowed = rig.scripts.script("allowed", "exit 0");
    Path other = rig.scripts.script("other", "touch \"$seen/ran\"");

    for (String command : new String[] {other.toString(), allowed + "/../other", "other", "'"}) {
      deferred(rig.run(allowed, command), "451 4.3.5");
    }
    assertThat(rig.scripts.seen("ran")).doesNotExist();
  }

  @Test
  void aCommandThatIsNotThereOrNotExecutableIsWaitedFor() throws Exception {
    Path missing = folder.resolve("missing");
    Path plain = Scripts.permit(Files.writeString(folder.resolve("plain"), "x"), "r--r--r--");

    deferred(rig.run(missing, missing.toString()), "451 4.3.5");
    deferred(rig.run(plain, plain.toString()), "451 4.3.5");
  }

  @Test
  void aRefusalIsToldToTheSenderInTheCommandsOwnWords() throws Exception {
    Path handler = rig.scripts.script("handler", "echo 'this list is closed'; exit 77");

    HandTaken.Recorded recorded = rig.run(handler, handler.toString());

    assertThat(recorded.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
    assertThat(recorded.events.getFirst().detail()).isEqualTo("550 5.7.1 this list is closed");
    assertThat(new String(recorded.mails.getFirst().mail().content(), US_ASCII))
        .contains("this list is closed", "Status: 5.7.1")
        .doesNotContain(handler.toString());
  }

  @Test
  void aCommandThatAsksForItGetsTheMailAgain() throws Exception {
    Path handler = rig.scripts.script("handler", "echo 'the database is away'; exit 75");

    deferred(rig.run(handler, handler.toString()), "451 4.3.0 the database is away");
  }

  @Test
  void aCommandThatTakesTooLongIsKilledAndTriedAgain() throws Exception {
    Path handler =
        rig.scripts.script(
            "handler", "trap '' TERM; echo $$ > \"$seen/pid\"", "while :; do sleep 1000; done");

    HandTaken taken =
        rig.take(
            rig.mail(handler.toString(), PipeRig.STAFF),
            rig.delivery(rig.pipe(handler, Duration.ofSeconds(1))));
    ProcessHandle process = rig.scripts.process("pid");

    deferred(rig.end(taken), "451 4.3.0 the command took longer than 1 s");
    await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
  }

  @Test
  void eachRecipientIsARunWithAnOutcomeOfItsOwn() throws Exception {
    Path handler =
        rig.scripts.script(
            "handler",
            "echo \"$RECIPIENT\" >> \"$seen/recipients\"",
            "[ \"$LOCAL_PART\" = Staff ] || exit 75");

    HandTaken.Recorded recorded =
        rig.end(
            rig.take(
                rig.mail(handler.toString(), PipeRig.STAFF, "noc@wikimedia.org"),
                rig.delivery(rig.pipe(handler))));

    assertThat(rig.scripts.lines("recipients")).containsExactly(PipeRig.STAFF, "noc@wikimedia.org");
    assertThat(recorded.story()).containsExactly(What.DELIVERED, What.DEFERRED);
    assertThat(recorded.retries.getFirst().mail().envelope().recipients())
        .containsExactly(Recipient.of(EmailAddress.of("noc@wikimedia.org")));
  }

  @Test
  void whatBelongsToAnotherOwnerNowIsNotRun() throws Exception {
    Path handler = rig.scripts.script("handler", "touch \"$seen/ran\"");
    HandTaken taken =
        new HandTaken(rig.mail(handler.toString(), PipeRig.STAFF), postbus.log.Topics.LOCAL);
    taken.isOurs = false;

    rig.delivery(rig.pipe(handler)).take(taken);

    await().atMost(Duration.ofSeconds(30)).until(taken.ended::isDone);
    assertThat(taken.ended).isCancelled();
    assertThat(rig.scripts.seen("ran")).doesNotExist();
    assertThat(rig.inputs()).isEmpty();
  }

  @Test
  void aSlowCommandDelaysNoMailboxAndNoOtherCommand() throws Exception {
    Path slow =
        rig.scripts.script(
            "slow",
            "while [ ! -e \"$seen/go\" ]; do sleep 0.05; done; touch \"$seen/$LOCAL_PART\"");
    Path quick = rig.scripts.script("quick", "exit 0");
    LocalDelivery delivery = rig.delivery(rig.pipe(slow), rig.pipe(quick));
    List<HandTaken> waiting =
        Stream.of("a", "b", "c", "d", "e")
            .map(name -> rig.mail(slow.toString(), name + "@wikimedia.org"))
            .map(mail -> rig.take(mail, delivery))
            .toList();

    assertThat(rig.end(rig.take(rig.mail(quick.toString(), PipeRig.STAFF), delivery)).story())
        .containsExactly(What.DELIVERED);
    assertThat(rig.end(rig.take(rig.mailForMailbox(PipeRig.STAFF), delivery)).story())
        .containsExactly(What.DELIVERED);
    assertThat(waiting).noneMatch(taken -> taken.ended.isDone());

    Files.createFile(rig.scripts.seen("go"));
    for (HandTaken taken : waiting) {
      assertThat(rig.end(taken).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aMailForABusyCommandStepsAside() throws Exception {
    Path slow = rig.scripts.script("slow", "echo $$ > \"$seen/$LOCAL_PART\"; exec sleep 1000");
    PipeDelivery pipes = rig.pipes(SHORT, rig.pipe(slow));
    LocalDelivery delivery = rig.delivery(pipes);
    HandTaken first = rig.take(rig.mail(slow.toString(), "a@wikimedia.org"), delivery);
    HandTaken second = rig.take(rig.mail(slow.toString(), "b@wikimedia.org"), delivery);
    rig.scripts.process("a");
    rig.scripts.process("b");

    deferred(
        rig.end(rig.take(rig.mail(slow.toString(), PipeRig.STAFF), delivery)),
        "451 4.3.0 the command is busy");

    pipes.stop(Duration.ZERO);
    rig.end(first);
    rig.end(second);
  }

  @Test
  void whenPostbusStopsARunningCommandIsKilledAndNoOtherBegun() throws Exception {
    Path slow = rig.scripts.script("slow", "echo $$ > \"$seen/pid\"; exec sleep 1000");
    PipeDelivery pipes = rig.pipes(PipeRig.LONG, rig.pipe(slow));
    HandTaken taken =
        rig.take(
            rig.mail(slow.toString(), PipeRig.STAFF, "noc@wikimedia.org"), rig.delivery(pipes));
    ProcessHandle process = rig.scripts.process("pid");

    pipes.stop(SHORT);

    HandTaken.Recorded recorded = rig.end(taken);
    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(recorded.retries.getFirst().mail().envelope().recipients()).hasSize(2);
    await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
  }

  private static void deferred(HandTaken.Recorded recorded, String detail) {
    assertThat(recorded.story()).containsExactly(What.DEFERRED);
    assertThat(recorded.events.getFirst().detail()).startsWith(detail);
    assertThat(recorded.mails).isEmpty();
  }
}
