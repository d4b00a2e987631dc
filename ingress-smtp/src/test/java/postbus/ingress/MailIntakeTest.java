package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/** The intake and a real broker; the test is policy. */
class MailIntakeTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final HeaderField SCORE = new HeaderField("X-Spam-Score", "2.0");

  @TempDir private static Path folder;
  private static IntakeLog log;

  private final Site site = Sites.of(Sites.limits(SECONDS, SECONDS, Duration.ofSeconds(4)));
  private final PendingVerdicts pending = new PendingVerdicts(site.sessions().verdictWait());
  private final PolicyHealth health = new PolicyHealth();
  private final List<Mail> asked = new CopyOnWriteArrayList<>();
  private Consumer<Mail> policy = _ -> {};
  private boolean questionsFail;
  private LogProducer producer;
  private MailIntake intake;

  @BeforeAll
  static void startBroker() throws Exception {
    log = new IntakeLog(folder);
  }

  @AfterAll
  static void stopBroker() {
    log.close();
  }

  @AfterEach
  void close() {
    producer.close();
  }

  private void start() {
    producer = new LogProducer(log.settings(), site);
    intake = new MailIntake(producer, new TestQuestions(), pending, health, site);
    await().atMost(SECONDS).until(intake::isReady);
  }

  @Test
  void aTrustedMailIsInTheLogBeforeItIsAcknowledged() throws Exception {
    start();
    Mail mail = IntakeLog.mail(true);
    assertThat(take(mail)).isEqualTo(Replies.queued(mail.envelope().id()));
    ConsumerRecord<String, byte[]> record = only(Topics.ACCEPTED, mail);
    assertThat(record.value()).isEqualTo(mail.content());
    byte[] header = record.headers().lastHeader("envelope").value();
    assertThat(EnvelopeJson.read(header)).isEqualTo(mail.envelope());
    assertThat(asked).isEmpty();
    assertThat(event(mail)).isEqualTo(Event.What.ACCEPTED);
  }

  @Test
  void anAcceptedMailCarriesWhatPolicyFound() throws Exception {
    policy = mail -> pending.answer(mail.envelope().id(), new Verdict.Accept(List.of(SCORE)));
    start();
    Mail mail = IntakeLog.mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    byte[] header = only(Topics.ACCEPTED, mail).headers().lastHeader("envelope").value();
    assertThat(EnvelopeJson.read(header).added()).containsExactly(SCORE);
  }

  @Test
  void aSuspectMailGoesOnAndIsNeverBounced() throws Exception {
    policy = mail -> answer(mail, new Verdict.Accept(List.of(SCORE), true));
    start();
    Mail mail = IntakeLog.mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    byte[] header = only(Topics.ACCEPTED, mail).headers().lastHeader("envelope").value();
    assertThat(EnvelopeJson.read(header))
        .isEqualTo(mail.envelope().adding(List.of(SCORE)).suspected());
  }

  @Test
  void aMailToBeHeldBackIsInQuarantineBeforeTheClientHears250() throws Exception {
    policy = mail -> answer(mail, new Verdict.Quarantine("a virus: Eicar", List.of(SCORE)));
    start();
    Mail mail = IntakeLog.mail(false);
    assertThat(take(mail)).isEqualTo(Replies.queued(mail.envelope().id()));
    ConsumerRecord<String, byte[]> record = only(Topics.QUARANTINE, mail);
    assertThat(record.value()).isEqualTo(mail.content());
    assertThat(record.headers().lastHeader("reason").value())
        .asString()
        .isEqualTo("a virus: Eicar");
    assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
        .isEqualTo(mail.envelope().adding(List.of(SCORE)).suspected());
    assertThat(event(mail)).isEqualTo(Event.What.QUARANTINED);
    assertThat(log.records(Topics.ACCEPTED, mail)).isEmpty();
    assertThat(log.records(Topics.UNJUDGED, mail)).isEmpty();
  }

  @Test
  void aRefusedMailLeavesNothingButItsEvent() throws Exception {
    SmtpReply spam = SmtpReply.of(550, "5.7.1", "Spam");
    policy = mail -> pending.answer(mail.envelope().id(), new Verdict.Refuse(spam));
    start();
    Mail mail = IntakeLog.mail(false);
    assertThat(take(mail)).isEqualTo(spam);
    assertThat(event(mail)).isEqualTo(Event.What.REFUSED);
    assertThat(log.records(Topics.ACCEPTED, mail)).isEmpty();
    assertThat(log.records(Topics.UNJUDGED, mail)).isEmpty();
  }

  @Test
  void withoutAVerdictInTimeTheMailIsTakenUnjudgedAndALateOneIsIgnored() throws Exception {
    start();
    Mail mail = IntakeLog.mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    only(Topics.UNJUDGED, mail);
    assertThat(pending.awaits(mail.envelope().id())).isFalse();
    pending.answer(mail.envelope().id(), new Verdict.Accept(List.of()));
    assertThat(event(mail)).isEqualTo(Event.What.TAKEN_UNJUDGED);
    assertThat(log.records(Topics.ACCEPTED, mail)).isEmpty();
  }

  @Test
  void aClientThatHasGoneKeepsItsMail() throws Exception {
    start();
    Mail gone = IntakeLog.mail(false);
    CompletableFuture<SmtpReply> reply = intake.take(gone);
    reply.cancel(false);
    pending.answer(gone.envelope().id(), new Verdict.Accept(List.of()));
    Mail next = IntakeLog.mail(true);
    assertThat(take(next).code()).isEqualTo(250);
    assertThat(log.records(Topics.ACCEPTED, gone)).isEmpty();
    assertThat(log.records(Topics.UNJUDGED, gone)).isEmpty();
  }

  @Test
  void aQuestionThatCannotBePutIs451() throws Exception {
    questionsFail = true;
    start();
    assertThat(take(IntakeLog.mail(false))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void aQuestionThatBreaksIs451AndLeavesNothingBehind() throws Exception {
    policy =
        _ -> {
          throw new IllegalStateException("as the test wants it");
        };
    start();
    for (int i = 0; i < 3; i++) {
      byte[] most = new byte[(int) (MailIntake.IN_HAND_OCTETS_MAX / 3 * 2)];
      Mail mail = new Mail(IntakeLog.envelope(false, 21), most);
      assertThat(take(mail)).isEqualTo(Replies.LOG_AWAY);
      assertThat(pending.awaits(mail.envelope().id())).isFalse();
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void aVerdictThatCannotBeAppliedIs451() throws Exception {
    policy = mail -> answer(mail, new Verdict.Accept((HeaderEdits) null));
    start();
    assertThat(take(IntakeLog.mail(false))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void moreThanTheBoundIsSentAwayForNow() throws Exception {
    start();
    byte[] half = new byte[(int) (MailIntake.IN_HAND_OCTETS_MAX / 2)];
    CompletableFuture<SmtpReply> first = intake.take(new Mail(IntakeLog.envelope(false, 21), half));
    assertThat(take(new Mail(IntakeLog.envelope(false, 21), half))).isEqualTo(Replies.BUSY);
    first.cancel(false);
    assertThat(take(IntakeLog.mail(true)).code()).isEqualTo(250);
  }

  @Test
  void moreThanTheBoundThatWaitForAVerdictAreSentAwayForNow() throws Exception {
    start();
    for (int i = 0; i < PendingVerdicts.PENDING_MAX; i++) {
      assertThat(pending.await(MailId.next())).isPresent();
    }
    assertThat(take(IntakeLog.mail(false))).isEqualTo(Replies.BUSY);
    assertThat(take(IntakeLog.mail(true)).code()).isEqualTo(250);
  }

  private void answer(Mail mail, Verdict verdict) {
    pending.answer(mail.envelope().id(), verdict);
  }

  private SmtpReply take(Mail mail) throws Exception {
    return intake.take(mail).get(SECONDS.toSeconds(), TimeUnit.SECONDS);
  }

  private Event.What event(Mail mail) throws Exception {
    await().atMost(SECONDS).until(() -> !log.records(Topics.EVENTS, mail).isEmpty());
    return EventJson.read(only(Topics.EVENTS, mail).value()).what();
  }

  private static ConsumerRecord<String, byte[]> only(String topic, Mail mail) {
    List<ConsumerRecord<String, byte[]>> records = log.records(topic, mail);
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  /** Policy as the test wants it. */
  private final class TestQuestions implements Questions {
    @Override
    public CompletionStage<Void> ask(Mail mail, Instant deadline) {
      if (questionsFail) {
        return CompletableFuture.failedFuture(new IllegalStateException("as the test wants it"));
      }
      asked.add(mail);
      policy.accept(mail);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }
}
