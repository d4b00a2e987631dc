package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static postbus.cli.LetterRig.LANE;
import static postbus.cli.LetterRig.mail;
import static postbus.cli.LetterRig.routed;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.LetterId;
import postbus.log.LetterMark;
import postbus.log.LetterMark.Step;
import postbus.log.LogAccess;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.mail.Envelope;

/** Letters that go back to where they failed. */
@Timeout(120)
class DeadLetterReplayTest {
  @TempDir static Path folder;
  private static LetterRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new LetterRig(folder.resolve("log"));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void aLetterGoesBackToItsLaneWithItsTimeBegunAnew() {
    Envelope mail = routed(mail("", "bob@gateway.example"));
    String id = rig.dead("normal", LANE, "gateway.example", mail, "no sender to tell: 550");

    Ran ran = rig.run("replay", id);

    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    assertThat(ran.out()).containsExactly(id + ": to " + LANE, "replayed: 1");
    assertThat(rig.records(LANE, mail))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).asString(UTF_8).isEqualTo("gateway.example");
          assertThat(record.value()).asString(UTF_8).endsWith("The body.\r\n");
          assertThat(MailRecords.header(record, MailRecords.REASON)).isNull();
          assertThat(MailRecords.header(record, MailRecords.ORIGIN)).isNull();
          Envelope replayed = LetterRig.envelope(record).orElseThrow();
          assertThat(replayed.receivedAt()).isAfter(Instant.now().minusSeconds(60));
          assertThat(replayed.attempts()).isZero();
          assertThat(replayed).isEqualTo(mail.replayed(replayed.receivedAt()));
        });
    assertThat(rig.records(Topics.EVENTS))
        .anySatisfy(event ->
            assertThat(event.value())
                .asString(UTF_8)
                .contains(mail.id().toString(), "REPLAYED", "dead letter " + id));
    assertThat(rig.run("show", id).out())
        .anyMatch(line -> line.matches("replayed +.* by .*: to " + LANE));
  }

  @Test
  void aSecondReplayIsRefusedUnlessItIsMeant() {
    Envelope mail = mail("a@example.org", "bob@example.org");
    String id = rig.dead("router", Topics.ACCEPTED, "k", mail, "poison");
    assertThat(rig.run("replay", id).status()).isZero();

    Ran second = rig.run("replay", id);

    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).singleElement().asString().startsWith(id + ": it was replayed at ");
    assertThat(second.err().getFirst()).endsWith("--again replays it all the same");
    assertThat(rig.records(Topics.ACCEPTED, mail)).hasSize(1);
    assertThat(rig.run("drop", id, "--why", "x").status()).isEqualTo(1);

    assertThat(rig.run("replay", id, "--again").status()).isZero();
    assertThat(rig.records(Topics.ACCEPTED, mail)).hasSize(2);
  }

  @Test
  void aLetterIsNamedByItsMailToo() {
    Envelope mail = mail("", "bob@example.org");
    String first = rig.dead("router", Topics.ACCEPTED, "k", mail, "poison");
    assertThat(rig.run("replay", mail.id().toString()).out()).contains("replayed: 1");

    String second = rig.dead("router", Topics.ACCEPTED, "k", mail, "poison again");
    assertThat(rig.run("replay", mail.id().toString()).out())
        .as("the one with which nothing was done")
        .contains(second + ": to " + Topics.ACCEPTED);

    assertThat(rig.run("replay", mail.id().toString()).err())
        .containsExactly(several(mail, id(first), id(second)));
  }

  @Test
  void aMarkOfALetterThatWasInTheSamePlaceBeforeTheTopicWasMadeAnewDoesNotCount() throws Exception {
    Envelope mail = mail("", "bob@example.org");
    LetterId first = id(rig.dead("router", Topics.ACCEPTED, "k", mail, "poison"));
    LetterId second = id(rig.dead("router", Topics.ACCEPTED, "k", mail, "poison again"));
    Instant before = Instant.now().minus(Duration.ofDays(1));
    Step dropped = new Step(LetterMark.What.DROPPED, before, "me", "done with");
    Map<LetterId, LetterMark> marks =
        Map.of(first, new LetterMark(List.of(dropped), Optional.empty()));

    List<String> unknown = new ArrayList<>();
    List<String> named = List.of(mail.id().toString());
    LetterIds ids = new LetterIds(Shelf.DEAD, named, marks, unknown::add);

    assertThat(ids.find(LogAccess.open(rig.servers()))).isEmpty();
    assertThat(unknown).containsExactly(several(mail, first, second));
  }

  private static LetterId id(String text) {
    return LetterId.parse(text).orElseThrow();
  }

  private static String several(Envelope mail, LetterId first, LetterId second) {
    return mail.id() + ": several dead letters hold this mail: " + first + ", " + second;
  }

  @Test
  void aLetterThatCannotGoAnywhereIsRefused() {
    String nowhere = rig.dead("router", "", "k", mail("", "a@example.org"), "poison");
    String gone = rig.dead("router", "mail.gone", "k", mail("", "a@example.org"), "poison");

    Ran ran = rig.run("replay", nowhere, gone, "router:0:999999", "nobody:0:1", "router:7:1");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err())
        .containsExactly(
            nowhere + ": it does not say where it failed",
            gone + ": the log has no topic mail.gone for it",
            "router:0:999999: there is no such dead letter",
            "nobody:0:1: there is no such dead letter",
            "router:7:1: there is no such dead letter");
  }

  @Test
  void aDryRunTellsAndDoesNothing() {
    Envelope mail = mail("", "dry@example.org");
    String id = rig.dead("router", Topics.ACCEPTED, "k", mail, "poison");

    Ran ran = rig.run("replay", id, "--dry-run");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).containsExactly(id + ": to " + Topics.ACCEPTED, "would be replayed: 1");
    assertThat(rig.records(Topics.ACCEPTED, mail)).isEmpty();
    assertThat(rig.run("replay", id).status()).isZero();
  }

  @Test
  void twoOperatorsAtOnceReplayEachLetterOnce() throws Exception {
    List<Envelope> mails = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Envelope mail = mail("", "many@example.org");
      mails.add(mail);
      rig.dead("local", Topics.LOCAL, mail.id().toString(), mail, "two operators");
    }
    String[] args = {"replay", "--all", "--stage", "local", "--rate", "400/s"};
    Callable<Ran> operator = () -> rig.run(args);
    try (var threads = Executors.newFixedThreadPool(2)) {
      List<Future<Ran>> both = List.of(threads.submit(operator), threads.submit(operator));
      List<Ran> ended = new ArrayList<>();
      for (Future<Ran> each : both) {
        ended.add(each.get(50, TimeUnit.SECONDS));
      }
      assertThat(ended.stream().flatMap(ran -> ran.err().stream()))
          .filteredOn(line -> !line.endsWith(" replayed …"))
          .allMatch(line ->
              line.matches(
                  "another operator has begun to work on dead letters or quarantine:"
                      + " \\d+ replayed until then;"
                      + " the others were not"));
    }
    Ran rest = rig.run(args);

    assertThat(rest.err()).isEmpty();
    List<ConsumerRecord<byte[], byte[]>> replayed = rig.records(Topics.LOCAL);
    assertThat(replayed.stream().map(record -> LetterRig.envelope(record).orElseThrow().id()))
        .containsExactlyInAnyOrderElementsOf(mails.stream().map(Envelope::id).toList());
  }

  @Test
  void aRateIsKept() {
    for (int i = 0; i < 12; i++) {
      rig.dead("bulk", Topics.REINJECTED, "k", mail("", "slow@example.org"), "the rate");
    }
    long began = System.nanoTime();

    Ran ran = rig.run("replay", "--all", "--stage", "bulk", "--reason", "RATE", "--rate", "10/s");

    assertThat(ran.out()).containsExactly("replayed: 12");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1000));
  }

  @Test
  void saysThatItDoesNotUnderstand() {
    assertThat(rig.run("replay").status()).isEqualTo(2);
    assertThat(rig.run("replay", "--all").status()).isEqualTo(2);
    assertThat(rig.run("replay", "--all", "--stage", "router", "--again").status()).isEqualTo(2);
    assertThat(rig.run("replay", "router:0:1", "--all", "--stage", "router").status()).isEqualTo(2);
    assertThat(rig.run("replay", "router:0:1", "--reason", "x").status()).isEqualTo(2);
    assertThat(rig.run("replay", "router-0-1").err())
        .first()
        .isEqualTo("expected a dead letter such as normal:0:17, or a mail id: router-0-1");
    assertThat(rig.run("replay", "router:0:1", "--rate", "0/s").status()).isEqualTo(2);
    assertThat(rig.run("replay", "router:0:1", "--rate", "10001/s").status()).isEqualTo(2);
    assertThat(rig.run("replay", "--all", "--stage", "nobody").err())
        .containsExactly(
            "no stage nobody has dead letters; there are bulk, local, normal, policy, router");
  }
}
