package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.SmtpReply;
import postbus.mail.Verdict;
import postbus.site.Site;

/**
 * A verdict and the end of the wait for it, in either order and at the same moment: a mail is in
 * the one topic that fits what its client heard, or in none if he is to keep it.
 */
@Timeout(120)
class VerdictCrossingsTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final Duration VERDICT_WAIT = Duration.ofMillis(300);

  @TempDir private static Path folder;
  private static IntakeLog log;
  private static LogProducer producer;

  private final Site site = Sites.of(Sites.limits(SECONDS, SECONDS, VERDICT_WAIT));
  private final PendingVerdicts pending = new PendingVerdicts(VERDICT_WAIT);

  @BeforeAll
  static void start() throws Exception {
    log = new IntakeLog(folder);
    producer = new LogProducer(log.settings(), Sites.of(Sites.limits(SECONDS, SECONDS, SECONDS)));
    await().atMost(SECONDS).until(producer::isReady);
  }

  @AfterAll
  static void stop() {
    producer.close();
    log.close();
  }

  @ParameterizedTest
  @EnumSource
  void theFirstVerdictCountsWhateverIsSaidAfterIt(Said said) throws Exception {
    Mail mail = IntakeLog.mail(0);
    MailIntake intake =
        intake((asked, _) -> {
          answer(asked, said.verdict());
          for (Said other : Said.values()) {
            answer(asked, other.verdict());
          }
          return CompletableFuture.completedFuture(null);
        });
    assertThat(take(intake, mail)).isEqualTo(said.reply(mail));
    for (Said other : Said.values()) {
      answer(mail, other.verdict());
    }
    assertThat(places(mail)).containsExactlyElementsOf(said.topics());
  }

  @ParameterizedTest
  @EnumSource
  void whateverIsSaidAfterTheTimeIsUpTheMailWaitsToBeJudgedAnew(Said said) throws Exception {
    Mail mail = IntakeLog.mail(0);
    MailIntake intake = intake((_, _) -> CompletableFuture.completedFuture(null));
    assertThat(take(intake, mail)).isEqualTo(Replies.queued(mail.envelope().id()));
    answer(mail, said.verdict());
    assertThat(places(mail)).containsExactly(Topics.UNJUDGED);
  }

  /** Twice, by two threads, around the moment at which the time is up. */
  @Test
  void aVerdictAtTheSameMomentIsInTimeOrTooLateAndNeverBoth() throws Exception {
    Random random = new Random(42);
    MailIntake intake =
        intake((mail, deadline) -> {
          Instant at = deadline.plusMillis(random.nextInt(-40, 110));
          Verdict verdict = said(mail).verdict();
          for (int i = 0; i < 2; i++) {
            at(at, () -> answer(mail, verdict));
          }
          return CompletableFuture.completedFuture(null);
        });
    List<Mail> mails = mails(400);
    List<SmtpReply> replies = takeAll(intake, mails);

    Map<String, List<String>> places = places();
    int late = 0;
    for (int i = 0; i < mails.size(); i++) {
      Mail mail = mails.get(i);
      Said said = said(mail);
      List<String> where = places.getOrDefault(mail.envelope().id().toString(), List.of());
      if (where.equals(List.of(Topics.UNJUDGED))) {
        late++;
        assertThat(replies.get(i)).isEqualTo(Replies.queued(mail.envelope().id()));
      } else {
        assertThat(where).as("%s, %s", said, replies.get(i)).isEqualTo(List.copyOf(said.topics()));
        assertThat(replies.get(i)).isEqualTo(said.reply(mail));
      }
    }
    assertThat(late).as("mails whose verdict was too late").isBetween(1, 399);
  }

  /** The question is lost at the moment at which the time is up. */
  @Test
  void aQuestionThatIsLostIsToldOrTakenUnjudgedAndNeverBoth() throws Exception {
    Random random = new Random(7);
    MailIntake intake =
        intake((_, deadline) -> {
          CompletableFuture<Void> question = new CompletableFuture<>();
          at(
              deadline.plusMillis(random.nextInt(-40, 110)),
              () -> question.completeExceptionally(new IllegalStateException("lost")));
          return question;
        });
    List<Mail> mails = mails(400);
    List<SmtpReply> replies = takeAll(intake, mails);

    Map<String, List<String>> places = places();
    for (int i = 0; i < mails.size(); i++) {
      List<String> where = places.getOrDefault(mails.get(i).envelope().id().toString(), List.of());
      boolean isOurs = replies.get(i).isPositive();
      assertThat(where)
          .as("%s", replies.get(i))
          .isEqualTo(isOurs ? List.of(Topics.UNJUDGED) : List.of());
    }
    assertThat(replies).contains(Replies.LOG_AWAY).anyMatch(SmtpReply::isPositive);
  }

  /** More scans hang than there are turns; nobody waits longer than he would have alone. */
  @Test
  void whileAllScansHangMailIsTakenUnjudgedInItsTime() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    PolicyInJvm policy =
        new PolicyInJvm(
            _ -> {
              awaitLatch(hanging);
              return Said.ACCEPT.verdict();
            },
            pending);
    MailIntake intake = intake(policy::ask);
    List<Mail> mails = mails(PolicyInJvm.JUDGED_MAX + 20);
    long began = System.nanoTime();
    List<SmtpReply> replies = takeAll(intake, mails);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SECONDS);
    assertThat(replies).allMatch(SmtpReply::isPositive);
    hanging.countDown();
    Map<String, List<String>> places = places();
    assertThat(mails)
        .allSatisfy(mail ->
            assertThat(places.get(mail.envelope().id().toString()))
                .containsExactly(Topics.UNJUDGED));
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void at(Instant moment, Runnable what) {
    CompletableFuture.delayedExecutor(
            Math.max(0, Duration.between(Instant.now(), moment).toNanos()), TimeUnit.NANOSECONDS)
        .execute(what);
  }

  private interface Asking {
    CompletionStage<Void> ask(Mail mail, Instant deadline);
  }

  private MailIntake intake(Asking asking) {
    Questions questions =
        new Questions() {
          @Override
          public CompletionStage<Void> ask(Mail mail, Instant deadline) {
            return asking.ask(mail, deadline);
          }

          @Override
          public boolean isReady() {
            return true;
          }
        };
    return new MailIntake(producer, questions, pending, new PolicyHealth(), site);
  }

  private void answer(Mail mail, Verdict verdict) {
    pending.answer(mail.envelope().id(), verdict);
  }

  private static SmtpReply take(MailIntake intake, Mail mail) throws Exception {
    return intake.take(mail).get(SECONDS.toSeconds(), TimeUnit.SECONDS);
  }

  private static List<SmtpReply> takeAll(MailIntake intake, List<Mail> mails) throws Exception {
    List<CompletableFuture<SmtpReply>> all = mails.stream().map(intake::take).toList();
    List<SmtpReply> replies = new ArrayList<>();
    for (CompletableFuture<SmtpReply> each : all) {
      replies.add(each.get(SECONDS.toSeconds(), TimeUnit.SECONDS));
    }
    return replies;
  }

  private static List<String> places(Mail mail) {
    return places().getOrDefault(mail.envelope().id().toString(), List.of());
  }

  /** In which topics each mail is; a mail that is twice in one is named twice. */
  private static Map<String, List<String>> places() {
    Map<String, List<String>> places = new HashMap<>();
    log.records(Topics.ACCEPTED, Topics.QUARANTINE, Topics.UNJUDGED)
        .forEach(record ->
            places.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record.topic()));
    return places;
  }

  /** What policy says to one of many mails. */
  private static Said said(Mail mail) {
    int kind = (int) mail.envelope().body().size() % Said.values().length;
    return Said.values()[kind];
  }

  private static List<Mail> mails(int count) {
    List<Mail> mails = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mails.add(IntakeLog.mail(i));
    }
    return mails;
  }
}
