package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.policy.ScannedMails.SHORT;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.asking;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.NextHop.Host;
import postbus.site.Place;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;

/** Servers of a scanner that fail, fall silent or have too much to do. */
@Timeout(30)
class ScannerServersTest {
  private static final int SIZE_MAX = 40 << 10;
  private static final String AWAY = "X-Spam-Scanned: no (the scanner is away)";
  private static final Place NOBODY = new Place.Tcp(new Host("127.0.0.1", 1));

  private ScriptedScanner spamd;
  private long now;

  @BeforeEach
  void start() throws IOException {
    spamd = ScriptedScanner.spamd().says(scored("0.0"));
  }

  @AfterEach
  void stop() {
    spamd.close();
  }

  @Test
  void theNextServerIsAskedIfOneDoesNotAnswer() throws IOException {
    spamd.fallsSilentOn("Subject");
    try (ScriptedScanner other = ScriptedScanner.spamd().says(scored("2.0"))) {
      SpamCheck check = check(Duration.ofSeconds(4), NOBODY, spamd.place(), other.place());
      assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    }
  }

  @Test
  void aServerThatFailsIsLeftAloneForAWhileAndThenTriedByOneMail() {
    spamd.says("nonsense");
    SpamCheck check = check();
    for (int i = 0; i < 5; i++) {
      assertThat(fields(check.on(mail(TEXT)))).containsExactly(AWAY);
    }
    assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX);
    spamd.says(scored("2.0"));
    assertThat(fields(check.on(mail(TEXT)))).containsExactly(AWAY);
    now += ScannerServer.PROBE_EVERY.toNanos();
    assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    assertThat(fields(check.on(mail(TEXT)))).first().isEqualTo("X-Spam-Score: 2.0 (++)");
  }

  @Test
  void aServerThatFallsSilentIsAskedLastUntilItAnswers() throws IOException {
    spamd.fallsSilentOn("slow");
    try (ScriptedScanner other = ScriptedScanner.spamd().says(scored("2.0"))) {
      SpamCheck check = check(Duration.ofSeconds(2), spamd.place(), other.place());
      for (int i = 0; i < ScannerServer.FAILURES_MAX; i++) {
        check.on(mail(TEXT + "slow"));
      }
      int before = other.questions().size();
      check.on(mail(TEXT));
      assertThat(other.questions()).hasSize(before + 1);
      assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX);
      now += ScannerServer.PROBE_EVERY.toNanos();
      assertThat(fields(check.on(mail(TEXT)))).isEmpty();
      assertThat(fields(check.on(mail(TEXT)))).isEmpty();
      assertThat(spamd.questions()).hasSize(ScannerServer.FAILURES_MAX + 2);
    }
  }

  @Test
  void aSlowScanHoldsUpItsOwnMailAloneAmongTens() throws Exception {
    spamd.says(scored("2.0")).fallsSilentOn("slow");
    SpamCheck check = check(Duration.ofSeconds(4), spamd.place());
    Future<List<String>> slow = inBackground(check, "Subject: slow\r\n\r\n");
    List<Future<List<String>>> others = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      others.add(inBackground(check, TEXT));
    }
    for (Future<List<String>> other : others) {
      assertThat(other.get(10, TimeUnit.SECONDS)).first().isEqualTo("X-Spam-Score: 2.0 (++)");
    }
    assertThat(slow.get(10, TimeUnit.SECONDS)).containsExactly(AWAY);
  }

  @Test
  void moreMailsThanItTakesAtOnceWaitAndThenAreUnscanned() throws Exception {
    spamd.fallsSilentOn("Subject");
    SpamCheck check = check(SHORT, spamd.place());
    List<Future<List<String>>> mails = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      mails.add(inBackground(check, TEXT));
    }
    List<String> all = new ArrayList<>();
    for (Future<List<String>> mail : mails) {
      all.addAll(mail.get(10, TimeUnit.SECONDS));
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
        new ScannerServers<>("spam", deaf, asking(SIZE_MAX, SHORT, spamd.place()), () -> now);
    ScannedMail mail = ScannedMail.of(mail(TEXT), ScannedMails.IN_RECORD);
    List<FutureTask<ScanAnswer<SpamScore>>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(new FutureTask<>(() -> servers.ask(mail)));
      Thread.startVirtualThread(all.getLast());
    }
    for (Future<ScanAnswer<SpamScore>> one : all) {
      one.get(10, TimeUnit.SECONDS);
    }
    assertThat(servers.ask(mail)).isEqualTo(new ScanAnswer.Unscanned<>("the scanner is busy"));
    assertThat(running).hasValue(5);
    end.countDown();
    await().until(() -> running.get() == 0);
    assertThat(servers.ask(mail)).isEqualTo(ScanAnswer.declined());
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

  private SpamCheck check() {
    return check(ScannedMails.WAIT, spamd.place());
  }

  private SpamCheck check(Duration wait, Place... servers) {
    Spam rule =
        new Spam(SpamProgram.SPAMD, asking(SIZE_MAX, wait, servers), Optional.empty(), 10, 120);
    return new SpamCheck(
        rule,
        "wikimedia.org"::equals,
        new ScannerServers<>("spam", new SpamdScanner(), rule.asking(), () -> now),
        ScannedMails.IN_RECORD);
  }

  private static String scored(String score) {
    String report =
        "Content analysis details:\r\n pts rule\r\n\r\n " + score + " R\u00e9port\r\n\r\n";
    return "SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: False ; %s / 5.0\r\n\r\n%s"
        .formatted(report.length(), score, report);
  }
}
