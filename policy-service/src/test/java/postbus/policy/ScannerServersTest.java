package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static postbus.policy.ScannedMails.SHORT;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.asking;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.SpamdRig.AWAY;
import static postbus.policy.SpamdRig.NOBODY;
import static postbus.policy.SpamdRig.SIZE_MAX;
import static postbus.policy.SpamdRig.scored;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.content.Source;
import postbus.log.ContentsAway;

/** Servers of a scanner that fail, fall silent or have too much to do. */
@Timeout(120)
class ScannerServersTest {
  private SpamdRig rig;
  private ScriptedScanner spamd;

  @BeforeEach
  void start() throws IOException {
    rig = new SpamdRig();
    spamd = rig.spamd;
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void theNextServerIsAskedIfOneDoesNotAnswer() throws IOException {
    spamd.fallsSilentOn("Subject");
    try (ScriptedScanner other = ScriptedScanner.spamd().says(scored("2.0"))) {
      SpamCheck check = rig.check(Duration.ofSeconds(4), NOBODY, spamd.place(), other.place());
      assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    }
  }

  @Test
  void aServerThatFailsIsLeftAloneForAWhileAndThenTriedByOneMail() {
    spamd.says("nonsense");
    SpamCheck check = rig.check();
    for (int i = 0; i < 5; i++) {
      assertThat(fields(check.on(mail(TEXT)))).containsExactly(AWAY);
    }
    assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX);
    spamd.says(scored("2.0"));
    assertThat(fields(check.on(mail(TEXT)))).containsExactly(AWAY);
    rig.passes(ScannerServer.PROBE_EVERY);
    assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
  }

  @Test
  void aServerThatFailsIsAlarmedOnceAndItsMailsAreCounted() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Metrics.addRegistry(meters);
    try {
      SpamCheck check = rig.check(SHORT, NOBODY);
      for (int i = 0; i < 5; i++) {
        check.on(mail(TEXT));
      }
      assertThat(meters.get("postbus.alarms").tag("kind", "scanner-away").counter().count())
          .isEqualTo(1);
      assertThat(meters.get("postbus.policy.scan").tag("outcome", "away").timer().count())
          .isEqualTo(5);
    } finally {
      Metrics.removeRegistry(meters);
    }
  }

  @Test
  void aServerThatFallsSilentIsAskedLastUntilItAnswers() throws IOException {
    spamd.fallsSilentOn("slow");
    try (ScriptedScanner other = ScriptedScanner.spamd().says(scored("2.0"))) {
      SpamCheck check = rig.check(Duration.ofSeconds(2), spamd.place(), other.place());
      for (int i = 0; i < ScannerServer.FAILURES_MAX; i++) {
        check.on(mail(TEXT + "slow"));
      }
      int before = other.questions().size();
      check.on(mail(TEXT));
      assertThat(other.questions()).hasSize(before + 1);
      assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX);
      rig.passes(ScannerServer.PROBE_EVERY);
      assertThat(fields(check.on(mail(TEXT)))).isEmpty();
      assertThat(fields(check.on(mail(TEXT)))).isEmpty();
      assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX + 2);
    }
  }

  @Test
  void aSlowScanHoldsUpItsOwnMailAloneAmongTens() throws Exception {
    spamd.says(scored("2.0")).fallsSilentOn("slow");
    SpamCheck check = rig.check(Duration.ofSeconds(4), spamd.place());
    Future<List<String>> slow = inBackground(check, "Subject: slow\r\n\r\n");
    List<Future<List<String>>> others = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      others.add(inBackground(check, TEXT));
    }
    for (Future<List<String>> other : others) {
      assertThat(other.get(60, TimeUnit.SECONDS)).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    }
    assertThat(slow.get(60, TimeUnit.SECONDS)).containsExactly(AWAY);
  }

  @Test
  void moreMailsThanItTakesAtOnceWaitAndThenAreUnscanned() throws Exception {
    spamd.fallsSilentOn("Subject");
    SpamCheck check = rig.check(SHORT, spamd.place());
    List<Future<List<String>>> mails = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      mails.add(inBackground(check, TEXT));
    }
    List<String> all = new ArrayList<>();
    for (Future<List<String>> mail : mails) {
      all.addAll(mail.get(60, TimeUnit.SECONDS));
    }
    assertThat(all)
        .hasSize(20)
        .contains(AWAY)
        .allMatch(field -> field.startsWith("X-Spam-Scanned: no ("));
    assertThat(all).contains("X-Spam-Scanned: no (the scanner is busy)");
    assertThat(spamd.questions()).hasSizeBetween(5, 10);
    spamd.says(scored("2.0")).fallsSilentOn("nothing");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(fields(check.on(mail(TEXT)))).as("it is not left alone").hasSize(2));
  }

  @Test
  void aScanThatIsGivenUpKeepsItsPlaceUntilItHasEnded() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    Scanner<SpamScore> deaf =
        (_, _) -> {
          running.incrementAndGet();
          awaitDeaf(end);
          running.decrementAndGet();
          return ScanAnswer.declined();
        };
    ScannerServers<SpamScore> servers =
        new ScannerServers<>("spam", deaf, asking(SIZE_MAX, SHORT, spamd.place()), rig::now);
    ScannedMail mail = ScannedMail.of(mail(TEXT), ScannedMails.IN_RECORD);
    List<FutureTask<ScanAnswer<SpamScore>>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(new FutureTask<>(() -> servers.ask(mail)));
      Thread.startVirtualThread(all.getLast());
    }
    for (Future<ScanAnswer<SpamScore>> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(servers.ask(mail)).isEqualTo(new ScanAnswer.Unscanned<>("the scanner is busy"));
    assertThat(running).hasValue(5);
    end.countDown();
    await().atMost(Duration.ofSeconds(30)).until(() -> running.get() == 0);
    assertThat(servers.ask(mail)).isEqualTo(ScanAnswer.declined());
  }

  @Test
  void aContentThatCannotBeHadNowIsNoFaultOfTheScanner() {
    ScannedMail away = ScannedMail.of(ScannedMails.stored(1000), ScannedMails.AWAY);
    for (Scanner<SpamScore> scanner : List.of(new SpamdScanner(), new RspamdScanner())) {
      ScannerServers<SpamScore> servers =
          new ScannerServers<>(
              "spam", scanner, asking(SIZE_MAX, ScannedMails.WAIT, spamd.place()), rig::now);
      assertThatThrownBy(() -> servers.ask(away))
          .isInstanceOf(UncheckedIOException.class)
          .satisfies(thrown -> assertThat(ContentsAway.isCauseOf(thrown)).isTrue());
    }
  }

  @Test
  void aContentThatDoesNotComeIsNotTheScannersSilence() {
    CountDownLatch never = new CountDownLatch(1);
    Source hanging =
        () -> {
          awaitDeaf(never);
          throw new IOException("too late");
        };
    ScannedMail mail = new ScannedMail(mail(TEXT).envelope(), 1000, hanging);
    ScannerServers<SpamScore> servers =
        new ScannerServers<>(
            "spam", new SpamdScanner(), asking(SIZE_MAX, SHORT, spamd.place()), rig::now);
    for (int i = 0; i < ScannerServer.FAILURES_MAX; i++) {
      assertThatThrownBy(() -> servers.ask(mail))
          .isInstanceOf(UncheckedIOException.class)
          .satisfies(thrown -> assertThat(ContentsAway.isCauseOf(thrown)).isTrue());
    }
    never.countDown();
    spamd.says(scored("2.0"));
    ScannedMail other = ScannedMail.of(mail(TEXT), ScannedMails.IN_RECORD);
    assertThat(servers.ask(other)).isInstanceOf(ScanAnswer.Found.class);
  }

  /** Whatever interrupts it. */
  private static void awaitDeaf(CountDownLatch end) {
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException _) {
        // It goes on, as the resolver of the system does.
      }
    }
  }

  private static Future<List<String>> inBackground(SpamCheck check, String text) {
    FutureTask<List<String>> task = new FutureTask<>(() -> fields(check.on(mail(text))));
    Thread.startVirtualThread(task);
    return task;
  }
}
