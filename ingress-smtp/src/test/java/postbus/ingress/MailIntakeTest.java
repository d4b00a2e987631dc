package postbus.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.Mail;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.HeaderEdits;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/** The intake and a real broker; the test is policy. */
class MailIntakeTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);
  private static final HeaderField SCORE = new HeaderField("X-Spam-Score", "2.0");

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  private final Site site = Sites.of(Sites.limits(SECONDS, SECONDS, Duration.ofSeconds(2)));
  private final PendingVerdicts pending = new PendingVerdicts(site.sessions().verdictWait());
  private final PolicyHealth health = new PolicyHealth();
  private final List<Mail> asked = new CopyOnWriteArrayList<>();
  private Consumer<Mail> policy = _ -> {};
  private boolean questionsFail;
  private LogProducer producer;
  private MailIntake intake;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(folder, 0, BrokerSettings.oneMachine());
    try (TopicCheck check = new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, SECONDS)) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void close() {
    producer.close();
  }

  private void start(String bootstrapServers) {
    producer = new LogProducer(new LogSettings(bootstrapServers, "test", Shape.ONE_MACHINE), site);
    intake = new MailIntake(producer, new TestQuestions(), pending, health, site);
  }

  private void start() {
    start(broker.bootstrapServers());
    await().atMost(SECONDS).until(intake::isReady);
  }

  @Test
  void aTrustedMailIsInTheLogBeforeItIsAcknowledged() throws Exception {
    start();
    Mail mail = mail(true);
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
    Mail mail = mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    byte[] header = only(Topics.ACCEPTED, mail).headers().lastHeader("envelope").value();
    assertThat(EnvelopeJson.read(header).added()).containsExactly(SCORE);
  }

  @Test
  void aSuspectMailGoesOnAndIsNeverBounced() throws Exception {
    policy = mail -> answer(mail, new Verdict.Accept(List.of(SCORE), true));
    start();
    Mail mail = mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    byte[] header = only(Topics.ACCEPTED, mail).headers().lastHeader("envelope").value();
    assertThat(EnvelopeJson.read(header))
        .isEqualTo(mail.envelope().adding(List.of(SCORE)).suspected());
  }

  @Test
  void aMailToBeHeldBackIsInQuarantineBeforeTheClientHears250() throws Exception {
    policy = mail -> answer(mail, new Verdict.Quarantine("a virus: Eicar", List.of(SCORE)));
    start();
    Mail mail = mail(false);
    assertThat(take(mail)).isEqualTo(Replies.queued(mail.envelope().id()));
    ConsumerRecord<String, byte[]> record = only(Topics.QUARANTINE, mail);
    assertThat(record.value()).isEqualTo(mail.content());
    assertThat(record.headers().lastHeader("reason").value())
        .asString()
        .isEqualTo("a virus: Eicar");
    assertThat(EnvelopeJson.read(record.headers().lastHeader("envelope").value()))
        .isEqualTo(mail.envelope().adding(List.of(SCORE)).suspected());
    assertThat(event(mail)).isEqualTo(Event.What.QUARANTINED);
    assertThat(records(Topics.ACCEPTED, mail)).isEmpty();
    assertThat(records(Topics.UNJUDGED, mail)).isEmpty();
  }

  @Test
  void aRefusedMailLeavesNothingButItsEvent() throws Exception {
    SmtpReply spam = SmtpReply.of(550, "5.7.1", "Spam");
    policy = mail -> pending.answer(mail.envelope().id(), new Verdict.Refuse(spam));
    start();
    Mail mail = mail(false);
    assertThat(take(mail)).isEqualTo(spam);
    assertThat(event(mail)).isEqualTo(Event.What.REFUSED);
    assertThat(records(Topics.ACCEPTED, mail)).isEmpty();
    assertThat(records(Topics.UNJUDGED, mail)).isEmpty();
  }

  @Test
  void withoutAVerdictInTimeTheMailIsTakenUnjudgedAndALateOneIsIgnored() throws Exception {
    start();
    Mail mail = mail(false);
    assertThat(take(mail).code()).isEqualTo(250);
    only(Topics.UNJUDGED, mail);
    assertThat(pending.awaits(mail.envelope().id())).isFalse();
    pending.answer(mail.envelope().id(), new Verdict.Accept(List.of()));
    assertThat(event(mail)).isEqualTo(Event.What.TAKEN_UNJUDGED);
    assertThat(records(Topics.ACCEPTED, mail)).isEmpty();
  }

  @Test
  void aClientThatHasGoneKeepsItsMail() throws Exception {
    start();
    Mail gone = mail(false);
    CompletableFuture<SmtpReply> reply = intake.take(gone);
    reply.cancel(false);
    pending.answer(gone.envelope().id(), new Verdict.Accept(List.of()));
    Mail next = mail(true);
    assertThat(take(next).code()).isEqualTo(250);
    assertThat(records(Topics.ACCEPTED, gone)).isEmpty();
    assertThat(records(Topics.UNJUDGED, gone)).isEmpty();
  }

  @Test
  void nothingHoldsTheMailOfAClientThatHasGone() {
    MailId id = MailId.next();
    var answer = pending.await(id).orElseThrow();
    pending.forget(id);
    assertThat(answer).isCompletedWithValue(Optional.empty());
    producer = new LogProducer(new LogSettings("127.0.0.1:9", "test", Shape.ONE_MACHINE), site);
  }

  @Test
  void aQuestionThatCannotBePutIs451() throws Exception {
    questionsFail = true;
    start();
    assertThat(take(mail(false))).isEqualTo(Replies.LOG_AWAY);
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
      Mail mail = new Mail(envelope(false), most);
      assertThat(take(mail)).isEqualTo(Replies.LOG_AWAY);
      assertThat(pending.awaits(mail.envelope().id())).isFalse();
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void aVerdictThatCannotBeAppliedIs451() throws Exception {
    policy = mail -> answer(mail, new Verdict.Accept((HeaderEdits) null));
    start();
    assertThat(take(mail(false))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void moreThanTheBoundIsSentAwayForNow() throws Exception {
    start();
    byte[] half = new byte[(int) (MailIntake.IN_HAND_OCTETS_MAX / 2)];
    CompletableFuture<SmtpReply> first = intake.take(new Mail(envelope(false), half));
    assertThat(take(new Mail(envelope(false), half))).isEqualTo(Replies.BUSY);
    first.cancel(false);
    assertThat(take(mail(true)).code()).isEqualTo(250);
  }

  @Test
  void aLogThatWasNeverThereIs451() throws Exception {
    start("127.0.0.1:9");
    assertThat(intake.isReady()).isFalse();
    assertThat(take(mail(true))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void aLogThatGoesAwayIs451(@TempDir Path other) throws Exception {
    EmbeddedBroker mortal = EmbeddedBroker.start(other, 0, BrokerSettings.oneMachine());
    try (TopicCheck check = new TopicCheck(mortal.bootstrapServers(), Shape.ONE_MACHINE, SECONDS)) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
    start(mortal.bootstrapServers());
    await().atMost(SECONDS).until(intake::isReady);
    assertThat(take(mail(true)).code()).isEqualTo(250);
    mortal.close();
    assertThat(take(mail(true))).isEqualTo(Replies.LOG_AWAY);
    moreMailIsSentAwayAndHoldsUpNobody();
  }

  /** More than there is memory for; and the event loop of a session may not wait for the log. */
  private void moreMailIsSentAwayAndHoldsUpNobody() throws Exception {
    byte[] big = new byte[500 << 10];
    List<CompletableFuture<SmtpReply>> replies = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      replies.add(intake.take(new Mail(envelope(true), big)));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SECONDS);
    for (CompletableFuture<SmtpReply> reply : replies) {
      assertThat(reply.get(SECONDS.toSeconds(), TimeUnit.SECONDS).code()).isEqualTo(451);
    }
    assertThat(take(mail(true))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void moreThanTheBoundThatWaitForAVerdictAreSentAwayForNow() throws Exception {
    start();
    for (int i = 0; i < PendingVerdicts.PENDING_MAX; i++) {
      assertThat(pending.await(MailId.next())).isPresent();
    }
    assertThat(take(mail(false))).isEqualTo(Replies.BUSY);
    assertThat(take(mail(true)).code()).isEqualTo(250);
  }

  private void answer(Mail mail, Verdict verdict) {
    pending.answer(mail.envelope().id(), verdict);
  }

  private SmtpReply take(Mail mail) throws Exception {
    return intake.take(mail).get(SECONDS.toSeconds(), TimeUnit.SECONDS);
  }

  private Event.What event(Mail mail) throws Exception {
    await().atMost(SECONDS).until(() -> !records(Topics.EVENTS, mail).isEmpty());
    return EventJson.read(only(Topics.EVENTS, mail).value()).what();
  }

  private static ConsumerRecord<String, byte[]> only(String topic, Mail mail) {
    List<ConsumerRecord<String, byte[]>> records = records(topic, mail);
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  /** What the topic holds of a mail. */
  private static List<ConsumerRecord<String, byte[]>> records(String topic, Mail mail) {
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.key().equals(mail.envelope().id().toString())) {
            found.add(record);
          }
        }
      }
    }
    return found;
  }

  private static Mail mail(boolean trusted) {
    return new Mail(envelope(trusted), "Subject: x\r\n\r\nHello\r\n".getBytes(UTF_8));
  }

  private static Envelope envelope(boolean trusted) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of("a@example.org"),
        List.of(Recipient.of(EmailAddress.of("b@wikimedia.org"))),
        new Client("127.0.9.1", "x.example", "mx", trusted),
        Body.of(21));
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
