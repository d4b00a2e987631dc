package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.ScannedMails.SHORT;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.ScannedMails.reply;
import static postbus.policy.SpamdRig.AWAY;
import static postbus.policy.SpamdRig.NOBODY;
import static postbus.policy.SpamdRig.SIZE_MAX;
import static postbus.policy.SpamdRig.scored;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.Mail;
import postbus.mail.HeaderEdits;
import postbus.mail.Removal;
import postbus.mail.Verdict;

/** The seed's rule, with a spamd that says and does what the test wants. */
@Timeout(120)
class SpamCheckTest {
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

  @ParameterizedTest
  @ValueSource(strings = {"-3.2", "0.0", "0.9", "1.0"})
  void aLowScoreIsNotTold(String score) {
    spamd.says(scored(score));
    assertThat(fields(rig.check().on(mail(TEXT)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1.1, +", "2.9, ++", "12.0, ++++++++++++"})
  void aScoreAboveOneIsToldInTheFieldsThatEximWrites(String score, String bar) {
    spamd.says(scored(score));
    assertThat(fields(rig.check().on(mail(TEXT))))
        .containsExactly(
            "X-Spam-Score: " + score + " (" + bar + ")",
            "X-Spam-Report: Content analysis details:\r\n  pts rule\r\n  " + score + " R?port");
  }

  @Test
  void whatScoredHighIsNeverBouncedLater() {
    spamd.says(scored("1.1"));
    assertThat(rig.check().on(mail(TEXT)))
        .isInstanceOfSatisfying(
            Verdict.Accept.class, accept -> assertThat(accept.suspect()).isTrue());
    spamd.says(scored("1.0"));
    assertThat(rig.check().on(mail(TEXT))).isEqualTo(new Verdict.Accept(List.of(), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12.1", "1000.0"})
  void aScoreAboveTwelveIsRefusedInTheSeedsWords(String score) {
    spamd.says(scored(score));
    assertThat(reply(rig.check().on(mail(TEXT))))
        .isEqualTo("550 5.7.1 This message scored " + score + " spam points.");
  }

  @Test
  void spamdSeesTheMailAsItWouldLeave() {
    Mail mail = mail("X-Spam-Score: -5\r\n" + TEXT);
    HeaderEdits forged = new HeaderEdits(List.of(), List.of(Removal.of("X-Spam-Score")));
    rig.check().on(new Mail(mail.envelope().edited(forged), mail.content()));
    assertThat(spamd.questions())
        .containsExactly(
            "REPORT SPAMC/1.5\r\n\r\nX-Envelope-From: <jane@example.org>\r\n"
                + "Received: from out.example.org\r\n\tby mchenry\r\n"
                + TEXT);
  }

  @Test
  void aLargeMailIsNotScanned() {
    spamd.says(scored("50.0"));
    String text = TEXT + "x".repeat(SIZE_MAX - TEXT.length());
    assertThat(rig.check().on(mail(text))).isInstanceOf(Verdict.Refuse.class);
    assertThat(rig.check().on(mail(text + "x"))).isEqualTo(new Verdict.Accept(List.of()));
    assertThat(rig.check().on(ScannedMails.stored(SIZE_MAX + 1)))
        .isEqualTo(new Verdict.Accept(List.of()));
  }

  @Test
  void aMailIsScannedIfOneOfItsDomainsWantsThat() {
    spamd.says(scored("50.0"));
    assertThat(rig.check().on(mail(TEXT, "a@other.example")))
        .isEqualTo(new Verdict.Accept(List.of()));
    assertThat(rig.check().on(mail(TEXT, "a@other.example", "b@wikimedia.org")))
        .isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void whileSpamdIsDownMailIsAcceptedMarked() {
    assertThat(fields(rig.check(ScannedMails.WAIT, NOBODY).on(mail(TEXT)))).containsExactly(AWAY);
  }

  @Test
  void aSpamdThatFallsSilentCostsTheSitesWaitAndNoMore() {
    spamd.fallsSilentOn("Subject");
    long begin = System.nanoTime();
    assertThat(fields(rig.check(SHORT, spamd.place()).on(mail(TEXT)))).containsExactly(AWAY);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plusSeconds(10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SPAMD/1.1 0 EX_OK\r\n",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 99\r\nSpam: True ; 15.0 / 5.0\r\n\r\nhalf a rep",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: True ; lots / 5.0\r\n\r\n",
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n\r\n",
        "220 mx.example.org ESMTP\r\n",
        "\u00ff\u0000\u0001"
      })
  void nonsenseAndHalfAnAnswerAreNone(String answer) {
    spamd.says(answer);
    assertThat(fields(rig.check().on(mail(TEXT)))).containsExactly(AWAY);
  }

  @Test
  void anErrorInSpamdsOwnWordsIsNoFailure() {
    SpamCheck check = rig.check();
    spamd.says("SPAMD/1.1 98 EX_TOOBIG\r\n\r\n");
    for (int i = 0; i < 2 * ScannerServer.FAILURES_MAX; i++) {
      assertThat(fields(check.on(mail(TEXT))))
          .containsExactly("X-Spam-Scanned: no (the scanner did not judge it)");
    }
    assertThat(spamd.questions()).hasSize(2 * ScannerServer.FAILURES_MAX);
  }

  @Test
  void anAnswerWithoutEndIsNotReadToItsEnd() {
    spamd.says(scored("2.0") + "x".repeat(SpamdScanner.ANSWER_OCTETS_MAX));
    assertThat(fields(rig.check().on(mail(TEXT)))).containsExactly(AWAY);
  }
}
