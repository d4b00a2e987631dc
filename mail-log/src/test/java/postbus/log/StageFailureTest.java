package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MailId;

/** Records that cannot be digested, and times when none can. */
class StageFailureTest {
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
  void aRecordThatFailsAloneBecomesADeadLetterWithItsReasonAndTheOthersGoOn() throws Exception {
    rig.create("in-poison", 1);
    rig.create("out-poison", 1);
    rig.create("dead-letter.poison", 1);
    AtomicInteger attempts = new AtomicInteger();
    rig.start(
        StageRig.settings("poison", Inputs.of("in-poison")),
        "0",
        StageWork.blocking(taken -> {
          if (content(taken).equals("poison")) {
            attempts.incrementAndGet();
            throw new IllegalStateException("indigestible");
          }
          return taken.followUp().mail("out-poison", taken.key(), taken.mail());
        }));
    rig.put("in-poison", 0, "a", "poison", "b");

    rig.awaitContents("dead-letter.poison", "poison");
    rig.awaitContents("out-poison", "a", "b");

    assertThat(attempts).hasValue(3);
    ConsumerRecord<byte[], byte[]> letter = rig.records("dead-letter.poison").getFirst();
    assertThat(MailRecords.header(letter, MailRecords.REASON)).contains("indigestible");
    assertThat(MailRecords.header(letter, MailRecords.ORIGIN)).isEqualTo("in-poison");
    assertThat(MailRecords.header(letter, MailRecords.ORIGIN_PARTITION)).isEqualTo("0");
    assertThat(MailRecords.header(letter, MailRecords.ORIGIN_OFFSET)).isEqualTo("1");
    assertThat(MailRecords.header(letter, MailRecords.ATTEMPTS)).isEqualTo("3");
    MailId id = MailRecords.mail(letter).envelope().id();
    assertThat(events(id)).containsExactly(Event.What.DEAD_LETTERED);
  }

  @Test
  void aDeadLetterIsDoneWithForWhoeverComesNext() throws Exception {
    rig.create("in-done", 1);
    rig.create("out-done", 1);
    rig.create("dead-letter.done", 1);
    AtomicInteger attempts = new AtomicInteger();
    StageWork work =
        StageWork.blocking(taken -> {
          if (content(taken).equals("poison")) {
            attempts.incrementAndGet();
            throw new IllegalStateException("indigestible");
          }
          return taken.followUp().mail("out-done", taken.key(), taken.mail());
        });
    rig.start(StageRig.settings("done", Inputs.of("in-done")), "0", work);
    rig.put("in-done", 0, "poison");
    rig.awaitContents("dead-letter.done", "poison");
    rig.closeStages();

    rig.start(StageRig.settings("done", Inputs.of("in-done")), "0", work);
    rig.put("in-done", 0, "next");
    rig.awaitContents("out-done", "next");

    assertThat(attempts).hasValue(3);
    assertThat(rig.contents("dead-letter.done")).containsExactly("poison");
  }

  private static List<Event.What> events(MailId id) {
    return rig.records(Topics.EVENTS).stream()
        .map(record -> {
          try {
            return EventJson.read(record.value());
          } catch (postbus.mail.MalformedRecord e) {
            throw new IllegalStateException(e);
          }
        })
        .filter(event -> event.mail().equals(id))
        .map(Event::what)
        .toList();
  }

  @Test
  void aRunOfFailuresPausesTheStageAndTheFirstSuccessEndsThePause() {
    rig.create("in-run", 1);
    rig.create("out-run", 1);
    rig.create("dead-letter.run", 1);
    AtomicBoolean down = new AtomicBoolean(true);
    AtomicInteger attempts = new AtomicInteger();
    rig.start(
        StageRig.settings("run", Inputs.of("in-run"))
            .waiting(Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofMillis(100)),
        "0",
        StageWork.blocking(taken -> {
          if (down.get()) {
            attempts.incrementAndGet();
            throw new IllegalStateException("the database is away");
          }
          return taken.followUp().mail("out-run", taken.key(), taken.mail());
        }));
    String[] mails = Mails.numbered("m", 20);
    rig.put("in-run", 0, mails);
    // Those that were begun before the pause, then one probe at a time.
    await().atMost(SOON).until(() -> attempts.get() >= 30);
    assertThat(rig.contents("dead-letter.run")).isEmpty();

    down.set(false);

    rig.awaitContents("out-run", mails);
    assertThat(rig.contents("dead-letter.run")).isEmpty();
  }

  @Test
  void aRecordThatIsNoMailIsADeadLetterAtOnce() {
    rig.create("in-garbage", 1);
    rig.create("out-garbage", 1);
    rig.create("dead-letter.garbage", 1);
    ProducerRecord<byte[], byte[]> garbage =
        new ProducerRecord<>("in-garbage", new byte[] {1}, new byte[] {'?'});
    garbage.headers().add(MailRecords.ENVELOPE, new byte[] {'{'});
    rig.put(garbage);
    rig.put("in-garbage", 0, "real");

    rig.start(StageRig.settings("garbage", Inputs.of("in-garbage")), "0", moveTo("out-garbage"));

    rig.awaitContents("dead-letter.garbage", "?");
    rig.awaitContents("out-garbage", "real");
    ConsumerRecord<byte[], byte[]> letter = rig.records("dead-letter.garbage").getFirst();
    assertThat(MailRecords.header(letter, MailRecords.ENVELOPE)).isEqualTo("{");
    assertThat(MailRecords.header(letter, MailRecords.REASON)).contains("envelope");
  }

  @Test
  void anUnknownVersionPausesItsPartitionAloneAndIsNoDeadLetter() {
    rig.create("in-version", 2);
    rig.create("out-version", 1);
    rig.create("dead-letter.version", 1);
    ProducerRecord<byte[], byte[]> newer =
        new ProducerRecord<>("in-version", 0, new byte[] {1}, new byte[] {'!'});
    newer.headers().add(MailRecords.ENVELOPE, "{\"version\":999}".getBytes());
    rig.put("in-version", 0, "before");
    rig.put(newer);
    rig.put("in-version", 0, "behind");
    var taken = new ConcurrentLinkedQueue<String>();
    rig.start(
        StageRig.settings("version", Inputs.of("in-version")),
        "0",
        mail -> {
          taken.add(content(mail));
          mail.finish(mail.followUp().mail("out-version", mail.key(), mail.mail()));
        });
    rig.awaitContents("out-version", "before");
    rig.put("in-version", 1, "beside");

    rig.awaitContents("out-version", "before", "beside");
    assertThat(taken).containsExactly("before", "beside");
    assertThat(rig.contents("dead-letter.version")).isEmpty();
  }

  @Test
  void anOutcomeThatTheLogRefusesIsADeadLetterAndHoldsNoOtherUp() {
    rig.create("in-large", 1);
    rig.create("out-large", 1);
    rig.create("dead-letter.large", 1);
    rig.start(
        StageRig.settings("large", Inputs.of("in-large")),
        "0",
        StageWork.blocking(taken -> {
          byte[] content =
              content(taken).equals("grows") ? new byte[17 << 20] : taken.mail().content();
          Mail mail = new Mail(taken.mail().envelope(), content);
          return taken.followUp().mail("out-large", taken.key(), mail);
        }));
    rig.put("in-large", 0, "a", "grows", "b");

    rig.awaitContents("out-large", "a", "b");
    rig.awaitContents("dead-letter.large", "grows");
  }

  @Test
  void anOutcomeForATopicThatIsNoMoreIsADeadLetterAndHoldsNoOtherUp() {
    for (String topic : List.of("in-deleted", "out-deleted", "out-there", "dead-letter.deleted")) {
      rig.create(topic, 1);
    }
    rig.start(
        StageRig.settings("deleted", Inputs.of("in-deleted")),
        "0",
        StageWork.blocking(taken -> {
          String to = content(taken).startsWith("lost") ? "out-deleted" : "out-there";
          return taken.followUp().mail(to, taken.key(), taken.mail());
        }));
    rig.put("in-deleted", 0, "lost0");
    rig.awaitContents("out-deleted", "lost0");
    rig.delete("out-deleted");

    rig.put("in-deleted", 0, "a", "lost1", "b");
    rig.awaitContents("out-there", "a", "b");
    rig.awaitContents("dead-letter.deleted", "lost1");

    rig.put("in-deleted", 0, "lost2", "c");
    await().atMost(SOON).until(() -> rig.contents("out-there").contains("c"));
    rig.awaitContents("dead-letter.deleted", "lost1", "lost2");

    rig.create("out-deleted", 1);
    // Until the brokers have told everybody, a mail may still meet its absence.
    await()
        .atMost(StageRig.SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          rig.put("in-deleted", 0, "lost3");
          return rig.contents("out-deleted").contains("lost3");
        });
  }

  private static StageWork moveTo(String topic) {
    return StageWork.blocking(taken -> taken.followUp().mail(topic, taken.key(), taken.mail()));
  }
}
