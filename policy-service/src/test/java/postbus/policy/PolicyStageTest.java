package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Topics;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.MailParameters;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Quarantine;
import postbus.site.Schedule;

/** What becomes of mail that was taken unjudged, on a real broker; the verdict is the test's. */
@Timeout(120)
class PolicyStageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Schedule SCHEDULE =
      new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5));
  private static final byte[] CONTENT =
      "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Verdict SPAM =
      new Verdict.Refuse(SmtpReply.of(550, "5.7.1", "that is spam"));
  private static final Verdict LATER =
      new Verdict.Refuse(SmtpReply.of(451, "4.3.0", "the scanner is away"));

  @TempDir static Path folder;
  private static volatile Verdict verdict;
  private static PolicyLog log;
  private static PolicyStage stage;

  @BeforeAll
  static void start() throws Exception {
    log = new PolicyLog(folder.resolve("kafka"), SCHEDULE);
    Policy policy =
        new Policy(
            _ -> new Verification(Standing.LOCAL, SmtpReply.of(250, "2.1.5", "Ok")),
            List.of(new AddressExists()),
            List.of(_ -> verdict));
    ContentStore store = new ContentFolder(folder.resolve("content"));
    stage = new PolicyStage(policy, SCHEDULE, log.settings(), store);
    stage.start();
    await().atMost(LONG).until(stage::isReady);
  }

  @AfterAll
  static void stop() {
    stage.stop();
    log.close();
  }

  @Test
  void whatPassesGoesOnWithTheFieldsOfItsVerdict() throws Exception {
    verdict = new Verdict.Accept(List.of(new HeaderField("X-Spam-Score", "0.1")));
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "JUDGED accepted");
    assertThat(log.records(Topics.REINJECTED, mail))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).asString().isEqualTo(mail.id().toString());
          assertThat(record.value()).isEqualTo(CONTENT);
          Envelope judged = EnvelopeJson.read(record.headers().lastHeader("envelope").value());
          assertThat(judged.added()).extracting(HeaderField::name).containsExactly("X-Spam-Score");
        });
    assertThat(log.records(Topics.QUARANTINE, mail)).isEmpty();
  }

  @Test
  void whatIsSuspectGoesOnAndIsNeverBounced() throws Exception {
    verdict = new Verdict.Accept(List.of(), true);
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "JUDGED accepted, suspect");
    assertThat(log.records(Topics.REINJECTED, mail))
        .singleElement()
        .satisfies(record ->
            assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
                .isEqualTo(mail.suspected()));
  }

  @Test
  void whatIsToBeHeldBackIsSoWithItsReasonAndAFreshLease() throws Exception {
    HeaderField virus = new HeaderField("X-Virus-Found", "Eicar");
    verdict = new Verdict.Quarantine("a virus: Eicar", List.of(virus));
    Path content = folder.resolve("content/kept");
    Instant old = Instant.now().minus(Duration.ofDays(10));
    Files.setLastModifiedTime(Files.write(content, CONTENT), FileTime.from(old));
    Envelope mail = unjudged(of(false, Instant.now()).storedAt(new ContentRef("kept")));
    awaitEvents(mail, "QUARANTINED a virus: Eicar");
    assertThat(log.records(Topics.QUARANTINE, mail))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.headers().lastHeader("reason").value())
              .asString()
              .isEqualTo("a virus: Eicar");
          assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
              .isEqualTo(mail.adding(List.of(virus)).suspected());
        });
    assertThat(Files.getLastModifiedTime(content).toInstant())
        .isAfter(old.plus(Duration.ofDays(9)));
    assertThat(log.records(Topics.REINJECTED, mail)).isEmpty();
  }

  @Test
  void whatIsRefusedTooLateIsHeldBackAndNobodyIsTold() throws Exception {
    verdict = SPAM;
    Envelope mail = unjudged(false, Instant.now());
    awaitEvents(mail, "QUARANTINED 550 5.7.1 that is spam");
    assertThat(log.records(Topics.QUARANTINE, mail))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.value()).isEqualTo(CONTENT);
          assertThat(record.headers().lastHeader("reason").value())
              .asString()
              .isEqualTo("550 5.7.1 that is spam");
          assertThat(record.headers().lastHeader("origin").value())
              .asString()
              .isEqualTo(Topics.UNJUDGED);
          assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
              .isEqualTo(mail.suspected());
        });
    assertThat(log.records(Topics.REINJECTED, mail)).isEmpty();
  }

  @Test
  void whatCannotBeJudgedNowIsJudgedLater() throws Exception {
    verdict = LATER;
    Envelope mail = unjudged(false, Instant.now());
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(log.events(mail.id())).contains("DEFERRED 451 4.3.0 the scanner is away"));
    verdict = new Verdict.Accept(List.of());
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(log.events(mail.id())).endsWith("JUDGED accepted"));
    assertThat(log.records(Topics.REINJECTED, mail)).hasSize(1);
    assertThat(log.records(Topics.QUARANTINE, mail)).isEmpty();
  }

  @Test
  void whatCannotBeJudgedInItsLifetimeIsHeldBack() throws Exception {
    verdict = LATER;
    Envelope mail = unjudged(false, Instant.now().minus(Duration.ofDays(6)));
    awaitEvents(mail, "QUARANTINED 451 4.3.0 the scanner is away");
    assertThat(log.records(Topics.QUARANTINE, mail)).hasSize(1);
  }

  @Test
  void mailOfTrustedClientsPassesWhateverTheChecksWouldSay() throws Exception {
    verdict = SPAM;
    Envelope mail = unjudged(true, Instant.now());
    awaitEvents(mail, "JUDGED accepted");
    assertThat(log.records(Topics.REINJECTED, mail)).hasSize(1);
  }

  @Test
  void whatNobodyLookedAfterInQuarantineIsDropped() throws Exception {
    Instant longAgo = Instant.now().minus(Duration.ofDays(31));
    Envelope over = of(false, longAgo);
    log.put(Topics.QUARANTINE, over, CONTENT, longAgo);
    Quarantine month = new Quarantine(Duration.ofDays(30));
    LetterEnds ends = new LetterEnds(log.settings(), month, Duration.ofMillis(100));
    ends.start();
    try {
      await().atMost(LONG).until(() -> !log.events(over.id()).isEmpty());
      assertThat(log.events(over.id()))
          .singleElement()
          .asString()
          .startsWith("DROPPED quarantine:0:")
          .endsWith(" by policy-service: nobody looked after it for 30 days");
    } finally {
      ends.stop();
    }
  }

  private static Envelope unjudged(boolean trusted, Instant receivedAt) throws Exception {
    return unjudged(of(trusted, receivedAt));
  }

  private static Envelope of(boolean trusted, Instant receivedAt) {
    return new Envelope(
        MailId.next(),
        ReversePath.of("a@example.org"),
        List.of(Recipient.of(EmailAddress.of("mark@wikimedia.org"))),
        receivedAt,
        new Client("127.0.9.1", "out.example", "mx", trusted),
        Body.of(CONTENT.length),
        HeaderEdits.NONE,
        Optional.empty(),
        0,
        false,
        Set.of(),
        MailParameters.NONE,
        List.of(),
        false,
        Map.of());
  }

  private static Envelope unjudged(Envelope mail) throws Exception {
    log.put(Topics.UNJUDGED, mail, CONTENT, Instant.now());
    return EnvelopeJson.read(EnvelopeJson.write(mail));
  }

  private static void awaitEvents(Envelope mail, String... all) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(log.events(mail.id())).containsExactly(all));
  }
}
