package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.ScannedMails.reply;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import postbus.mail.NextHop.Host;
import postbus.mail.Verdict;
import postbus.site.Place;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;
import postbus.testkit.RealScanner;

/** The spam check with a real Rspamd, which knows the rules below, and GTUBE. */
class RealRspamdTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final String RULES =
      """
      config['regexp']['HALF'] =
        {re = '/half-a-point/{body}', score = 0.5, description = 'Said to be half spam'}
      config['regexp']['TWELVE'] = {re = '/twelve-points/{body}', score = 12}
      rspamd_config:register_symbol{
        name = 'ENVELOPE', score = 1, description = 'What the client said',
        callback = function(task)
          local from = (task:get_from('smtp') or {{}})[1]
          local to = (task:get_recipients('smtp') or {{}})[1]
          return from.addr == 'jane@example.org' and to.addr == 'mark@wikimedia.org'
            and task:get_helo() == 'out.example.org' and tostring(task:get_ip()) == '192.0.2.5'
        end}
      """;

  private static RealScanner rspamd;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(RealScanner.isAvailable("rspamd"));
    rspamd = RealScanner.rspamd(RULES);
  }

  @AfterAll
  static void stop() throws Exception {
    if (rspamd != null) {
      rspamd.close();
    }
  }

  @Test
  void aCleanMailPasses() {
    assertThat(spam().on(mail(TEXT))).isEqualTo(new Verdict.Accept(List.of()));
  }

  @Test
  void aScoreAboveOneIsToldWithTheRulesThatCounted() {
    assertThat(fields(spam().on(mail(TEXT + "half-a-point\r\n"))))
        .satisfiesExactly(
            score -> assertThat(score).isEqualTo("X-Spam-Score: 1.5 (+)"),
            report ->
                assertThat(report)
                    .contains("0.5", "HALF Said to be half spam")
                    .contains("ENVELOPE What the client said"));
  }

  @Test
  void aScoreAboveTwelveIsRefused() {
    assertThat(reply(spam().on(mail(TEXT + "twelve-points\r\n"))))
        .isEqualTo("550 5.7.1 This message scored 13.0 spam points.");
  }

  /** Rspamd knows it before any rule, and calls it skipped. */
  @Test
  void whatItTakesForSpamAtFirstSightIsRefused() {
    String gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";
    assertThat(reply(spam().on(mail(TEXT + gtube))))
        .isEqualTo("550 5.7.1 This message scored 15.0 spam points.");
  }

  private static SpamCheck spam() {
    Place place = new Place.Tcp(new Host("127.0.0.1", rspamd.port()));
    Asking asking = new Asking(List.of(place), WAIT, 1 << 20, 5);
    Spam rule = new Spam(SpamProgram.RSPAMD, asking, Optional.empty(), 10, 120);
    return new SpamCheck(
        rule,
        _ -> true,
        new ScannerServers<>("spam", new RspamdScanner(), rule.asking(), System::nanoTime),
        ScannedMails.IN_RECORD);
  }
}
