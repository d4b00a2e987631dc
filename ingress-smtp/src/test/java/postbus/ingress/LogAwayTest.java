package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.LogSettings;
import postbus.log.Mail;
import postbus.log.Topics;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/** A log that cannot be reached: clients keep their mails. */
class LogAwayTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  private final Site site = Sites.of(Sites.limits(SECONDS, SECONDS, Duration.ofSeconds(2)));
  private LogProducer producer;
  private MailIntake intake;

  @AfterEach
  void close() {
    producer.close();
  }

  private void start(LogSettings log) {
    producer = new LogProducer(log, site);
    PendingVerdicts pending = new PendingVerdicts(site.sessions().verdictWait());
    Questions none =
        new Questions() {
          @Override
          public CompletionStage<Void> ask(Mail mail, Instant deadline) {
            throw new AssertionError("all are trusted");
          }

          @Override
          public boolean isReady() {
            return true;
          }
        };
    intake = new MailIntake(producer, none, pending, new PolicyHealth(), site);
  }

  @Test
  void aLogThatWasNeverThereIs451() throws Exception {
    start(IntakeLog.settings("127.0.0.1:9"));
    assertThat(intake.isReady()).isFalse();
    assertThat(take(IntakeLog.mail(true))).isEqualTo(Replies.LOG_AWAY);
  }

  @Test
  void aLogThatGoesAwayIs451(@TempDir Path other) throws Exception {
    IntakeLog mortal = new IntakeLog(other);
    start(mortal.settings());
    await().atMost(SECONDS).until(intake::isReady);
    await().atMost(SECONDS).until(() -> take(IntakeLog.mail(true)).code() == 250);
    mortal.close();
    assertThat(take(IntakeLog.mail(true))).isEqualTo(Replies.LOG_AWAY);
    assertThat(intake.isReady()).isFalse();
    moreMailIsSentAwayAndHoldsUpNobody();
  }

  /** Nobody sends mail to a process that is not ready, so it must find out by itself. */
  @Test
  void aLogThatComesBackMakesItReadyWithoutAnyMail(@TempDir Path other) throws Exception {
    IntakeLog mortal = new IntakeLog(other);
    LogSettings log = mortal.settings();
    start(log);
    await().atMost(SECONDS).until(intake::isReady);
    mortal.close();
    assertThat(take(IntakeLog.mail(true))).isEqualTo(Replies.LOG_AWAY);
    assertThat(intake.isReady()).isFalse();
    try (IntakeLog again = new IntakeLog(other, log)) {
      await().atMost(SECONDS).until(intake::isReady);
      await().atMost(SECONDS).until(() -> take(IntakeLog.mail(true)).code() == 250);
      assertThat(again.records(Topics.ACCEPTED)).isNotEmpty();
    }
  }

  /** More than there is memory for; and the event loop of a session may not wait for the log. */
  private void moreMailIsSentAwayAndHoldsUpNobody() throws Exception {
    byte[] big = new byte[500 << 10];
    List<CompletableFuture<SmtpReply>> replies = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      replies.add(intake.take(new Mail(IntakeLog.envelope(true, big.length), big)));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SECONDS);
    for (CompletableFuture<SmtpReply> reply : replies) {
      assertThat(reply.get(SECONDS.toSeconds(), TimeUnit.SECONDS).code()).isEqualTo(451);
    }
    assertThat(take(IntakeLog.mail(true))).isEqualTo(Replies.LOG_AWAY);
  }

  private SmtpReply take(Mail mail) throws Exception {
    return intake.take(mail).get(SECONDS.toSeconds(), TimeUnit.SECONDS);
  }
}
