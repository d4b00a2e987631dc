package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static postbus.cli.LetterRig.LANE;
import static postbus.cli.LetterRig.mail;
import static postbus.cli.LetterRig.routed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.MailRecords;
import postbus.log.Topics;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Recipient;

/** Where letters go that cannot simply go back, and what they need there. */
@Timeout(120)
class DeadLetterDestinationTest {
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
  void whatIsNoMailGoesBackAsItWas() {
    String id = rig.garbage("policy", Topics.UNJUDGED, "{broken", "envelope: unexpected end");

    assertThat(rig.run("replay", id).out()).contains("replayed: 1");

    assertThat(rig.records(Topics.UNJUDGED))
        .singleElement()
        .satisfies(record -> {
          assertThat(MailRecords.header(record, MailRecords.ENVELOPE)).isEqualTo("{broken");
          assertThat(record.key()).asString(UTF_8).isEqualTo("key");
          assertThat(record.value()).asString(UTF_8).endsWith("The body.\r\n");
        });
  }

  @Test
  void whatFailedInARetryTopicGoesToItsStage() {
    Envelope mail = routed(mail("", "eve@gateway.example"));
    String id =
        rig.dead("bulk", Topics.retry("bulk", Duration.ofMinutes(5)), "site", mail, "no due");

    assertThat(rig.run("replay", id).status()).isZero();

    assertThat(rig.records(Topics.sharedLane("bulk"), mail)).hasSize(1);
  }

  @Test
  void aLaneThatIsNoLongerThereGivesItsMailToTheLaneOfAll() {
    Envelope mail = routed(mail("", "eve@gateway.example"));
    String id = rig.dead("normal", "delivery.normal.gone.example", "k", mail, "late");

    assertThat(rig.run("replay", id).out()).contains(id + ": to " + LANE);

    assertThat(rig.records(LANE, mail))
        .singleElement()
        .satisfies(record -> assertThat(record.key()).asString(UTF_8).isEqualTo("gateway.example"));
  }

  @Test
  void anEditedRecipientGoesToTheRouterAndTheLetterStaysAsItIs() {
    Envelope mail = routed(mail("jimbo@wikimedia.org", "b=b@gateway.example", "c@gateway.example"));
    String id = rig.dead("normal", LANE, "gateway.example", mail, "suspect, not bounced: 550");

    Ran edit =
        rig.run("edit", id, "--recipient", "b=b@gateway.example=bob@example.org", "--sender", "<>");
    assertThat(edit.out())
        .containsExactly(
            id
                + ": recipient b=b@gateway.example is now bob@example.org,"
                + " sender <jimbo@wikimedia.org> is now <>",
            "edited: 1");
    assertThat(rig.run("show", id).out())
        .anyMatch(line -> line.matches("recipient +b=b@gateway.example"))
        .anyMatch(line -> line.matches("edited recipient +bob@example.org"))
        .anyMatch(line -> line.matches("edited sender +<>"));
    assertThat(rig.run("replay", id).out()).contains(id + ": to " + Topics.REINJECTED);

    assertThat(rig.records(LANE, mail)).isEmpty();
    assertThat(rig.records(Topics.REINJECTED, mail))
        .singleElement()
        .satisfies(record -> {
          Envelope sent = LetterRig.envelope(record).orElseThrow();
          assertThat(sent.route()).isEmpty();
          assertThat(sent.reversePath().text()).isEmpty();
          EmailAddress written = EmailAddress.of("b=b@gateway.example");
          assertThat(sent.recipients())
              .containsExactly(
                  new Recipient(EmailAddress.of("bob@example.org"), written),
                  Recipient.of(EmailAddress.of("c@gateway.example")));
        });
  }

  @Test
  void aLargeContentKeepsItsLeaseAndOneThatIsGoneIsSaid() throws Exception {
    Path data = folder.resolve("data");
    Path content = Files.createDirectories(data.resolve("content")).resolve("large-1");
    Files.writeString(content, "Subject: large\r\n\r\n");
    Instant old = Instant.now().minus(Duration.ofDays(9));
    Files.setLastModifiedTime(content, FileTime.from(old));
    Envelope mail = LetterRig.stored(mail("", "a@example.org"), "large-1");
    String there = rig.dead("router", Topics.ACCEPTED, "k", mail, "poison");
    Envelope lost = LetterRig.stored(mail("", "a@example.org"), "large-2");
    String gone = rig.dead("router", Topics.ACCEPTED, "k", lost, "poison");

    assertThat(rig.run("replay", there, "--data", data.toString(), "--dry-run").status()).isZero();
    assertThat(Files.getLastModifiedTime(content).toInstant()).isBefore(old.plusSeconds(5));
    assertThat(rig.run("show", there, "--data", data.toString()).out()).contains("Subject: large");

    Ran ran = rig.run("replay", there, gone, "--data", data.toString());

    assertThat(ran.err())
        .containsExactly(
            gone
                + ": its content large-2 is not there: no file "
                + data.resolve("content/large-2"));
    assertThat(rig.records(Topics.ACCEPTED, mail)).hasSize(1);
    assertThat(rig.records(Topics.ACCEPTED, lost)).isEmpty();
    assertThat(Files.getLastModifiedTime(content).toInstant()).isAfter(old.plusSeconds(3600));
  }
}
