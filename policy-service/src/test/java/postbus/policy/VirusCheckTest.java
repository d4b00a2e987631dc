package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static postbus.policy.ScannedMails.SHORT;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.asking;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.ScannedMails.reply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Bounces;
import postbus.log.ContentsAway;
import postbus.mail.NextHop.Host;
import postbus.mail.Verdict;
import postbus.site.Place;
import postbus.site.Scanners.Virus;

/** The rule on malware, with a clamd that says and does what the test wants. */
@Timeout(120)
class VirusCheckTest {
  private static final int SIZE_MAX = 1 << 20;
  private static final String AWAY = "X-Virus-Scanned: no (the scanner is away)";
  private static final Place NOBODY = new Place.Tcp(new Host("127.0.0.1", 1));

  private ScriptedScanner clamd;

  @BeforeEach
  void start() throws IOException {
    clamd = ScriptedScanner.clamd().says("stream: OK\0");
  }

  @AfterEach
  void stop() {
    clamd.close();
  }

  @Test
  void aCleanMailPassesUntouched() {
    assertThat(check(false, clamd.place()).on(mail(TEXT))).isEqualTo(new Verdict.Accept(List.of()));
    assertThat(clamd.questions())
        .singleElement()
        .asString()
        .startsWith("zINSTREAM\0\0\0\0")
        .contains("\tby mchenry\r\n" + TEXT + "\0\0\0\0");
  }

  @Test
  void malwareIsRefusedByName() {
    clamd.says("stream: Win.Test.EICAR_HDB-1 FOUND\0");
    assertThat(reply(check(false, clamd.place()).on(mail(TEXT))))
        .isEqualTo("550 5.7.1 This message contains malware (Win.Test.EICAR_HDB-1)");
  }

  @Test
  void aMailAboveTheScannersBoundIsAcceptedMarked() {
    assertThat(fields(check(true, clamd.place()).on(ScannedMails.stored(SIZE_MAX + 1))))
        .containsExactly("X-Virus-Scanned: no (larger than 1048576 octets)");
    assertThat(clamd.questions()).isEmpty();
  }

  @Test
  void whileClamdIsDownMailIsAcceptedMarkedOrDeferredAsTheSiteSays() {
    assertThat(fields(check(false, NOBODY).on(mail(TEXT)))).containsExactly(AWAY);
    assertThat(reply(check(true, NOBODY).on(mail(TEXT)))).startsWith("451 4.7.1 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stream: OK",
        "stream: Win.Test FOU",
        "stream:  FOUND\0",
        "stream: OK\0stream: OK\0",
        "UNKNOWN COMMAND\0"
      })
  void nonsenseAndHalfAnAnswerAreNone(String answer) {
    clamd.says(answer);
    assertThat(fields(check(false, clamd.place()).on(mail(TEXT)))).containsExactly(AWAY);
  }

  @Test
  void theFieldsOnTopCountToo() {
    assertThat(fields(check(true, clamd.place()).on(ScannedMails.stored(SIZE_MAX))))
        .containsExactly("X-Virus-Scanned: no (larger than 1048576 octets)");
    assertThat(clamd.questions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"INSTREAM size limit exceeded. ERROR\0", "stream: Can't open file. ERROR\0"})
  void whomClamdDoesNotScanSwitchesItOffForNobody(String error) {
    VirusCheck check = check(false, clamd.place());
    clamd.says(error);
    for (int i = 0; i < 2 * ScannerServer.FAILURES_MAX; i++) {
      assertThat(fields(check.on(mail(TEXT))))
          .containsExactly("X-Virus-Scanned: no (the scanner did not judge it)");
    }
    clamd.says("stream: Postbus.Test FOUND\0");
    assertThat(check.on(mail(TEXT))).isInstanceOf(Verdict.Refuse.class);
    clamd.says(error);
    assertThat(reply(check(true, clamd.place()).on(mail(TEXT)))).startsWith("451 4.7.1 ");
  }

  @Test
  void mailsThatTakeLongSwitchTheScannerOffForNobody() {
    clamd.says("stream: Postbus.Test FOUND\0").fallsSilentOn("slow");
    VirusCheck check = check(false, clamd.place(), SHORT);
    for (int i = 0; i < 2 * ScannerServer.FAILURES_MAX; i++) {
      assertThat(fields(check.on(mail(TEXT + "slow")))).containsExactly(AWAY);
    }
    await()
        .atMost(ScannerServer.PROBE_EVERY.minusSeconds(1))
        .until(() -> check.on(mail(TEXT)) instanceof Verdict.Refuse);
  }

  @Test
  void aClamdThatFallsSilentCostsTheSitesWaitAndNoMore() {
    clamd.fallsSilentOn("Subject");
    long begin = System.nanoTime();
    VirusCheck check = check(true, clamd.place(), SHORT);
    assertThat(reply(check.on(mail(TEXT)))).startsWith("451 4.7.1 ");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plusSeconds(10));
  }

  @Test
  void aMailWhoseContentCannotBeHadNowIsNotTakenForOneThatNeedsNoScan() {
    VirusCheck check = check(false, clamd.place(), ScannedMails.WAIT, ScannedMails.AWAY);
    long begin = System.nanoTime();
    for (int i = 0; i < 2 * ScannerServer.FAILURES_MAX; i++) {
      assertThatThrownBy(() -> check.on(ScannedMails.stored(1000)))
          .isInstanceOf(UncheckedIOException.class)
          .satisfies(thrown -> assertThat(ContentsAway.isCauseOf(thrown)).isTrue());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ScannedMails.WAIT);
  }

  private static VirusCheck check(boolean defers, Place server) {
    return check(defers, server, ScannedMails.WAIT);
  }

  private static VirusCheck check(boolean defers, Place server, Duration wait) {
    return check(defers, server, wait, ScannedMails.IN_RECORD);
  }

  private static VirusCheck check(
      boolean defers, Place server, Duration wait, Bounces.Contents contents) {
    Virus rule = new Virus(asking(SIZE_MAX, wait, server), defers);
    return new VirusCheck(
        rule,
        new ScannerServers<>("virus", new ClamdScanner(), rule.asking(), System::nanoTime),
        contents);
  }
}
