package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.policy.ScannedMails.TEXT;
import static postbus.policy.ScannedMails.fields;
import static postbus.policy.ScannedMails.mail;
import static postbus.policy.ScannedMails.reply;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import postbus.log.Bounces;
import postbus.mail.NextHop.Host;
import postbus.mail.Verdict;
import postbus.site.Place;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;
import postbus.site.Scanners.Virus;
import postbus.testkit.RealScanner;

/** The checks with a real spamd and a real clamd, which know the rules below and no others. */
class RealScannersTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final String MALWARE = "postbus-malware-test-string";
  private static final String RULES =
      """
      clear_report_template
      report Points: _SCORE_
      report
      report _SUMMARY_
      body GTUBE /XJS\\*C4JDBQADN1\\.NSBN3\\*2IDNEN\\*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL\\*C\\.34X/
      score GTUBE 1000
      body HALF /half-a-point/
      describe HALF Said to be half spam
      score HALF 0.5
      body TWELVE /twelve-points/
      score TWELVE 12
      header FROM_CLIENT Received =~ /from out\\.example\\.org\\s+by mchenry/
      describe FROM_CLIENT Came from the client
      score FROM_CLIENT 0.6
      header SENDER X-Envelope-From =~ /jane\\@example\\.org/
      score SENDER 0.4
      """;

  private static RealScanner spamd;
  private static RealScanner clamd;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(RealScanner.isAvailable("spamd") && RealScanner.isAvailable("clamd"));
    spamd = RealScanner.spamd(RULES);
    clamd = RealScanner.clamd(MALWARE);
  }

  @AfterAll
  static void stop() throws Exception {
    if (spamd != null) {
      spamd.close();
    }
    if (clamd != null) {
      clamd.close();
    }
  }

  @Test
  void aScoreOfOneIsNotTold() {
    assertThat(spam().on(mail(TEXT))).isEqualTo(new Verdict.Accept(List.of()));
  }

  @Test
  void aScoreAboveOneIsToldWithSpamdsReport() {
    List<String> fields = fields(spam().on(mail(TEXT + "half-a-point\r\n")));
    assertThat(fields.getFirst()).isEqualTo("X-Spam-Score: 1.5 (+)");
    assertThat(fields.getLast())
        .startsWith("X-Spam-Report: Points: 1.5\r\n ")
        .contains("HALF", "Said to be half spam", "FROM_CLIENT")
        .doesNotContain("\r\n \r\n");
  }

  @Test
  void aScoreAboveTwelveIsRefused() {
    assertThat(reply(spam().on(mail(TEXT + "twelve-points\r\n"))))
        .isEqualTo("550 5.7.1 This message scored 13.0 spam points.");
    String gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n";
    assertThat(reply(spam().on(mail(TEXT + gtube))))
        .startsWith("550 5.7.1 This message scored 1001");
  }

  @Test
  void malwareIsFoundByTcpAndByTheUnixSocket() {
    for (Place place : List.of(tcp(clamd.port()), new Place.Socket(clamd.socket()))) {
      assertThat(virus(place, ScannedMails.IN_RECORD).on(mail(TEXT)))
          .isEqualTo(new Verdict.Accept(List.of()));
      assertThat(reply(virus(place, ScannedMails.IN_RECORD).on(mail(TEXT + MALWARE + "\r\n"))))
          .isEqualTo("550 5.7.1 This message contains malware (Postbus.Test.UNOFFICIAL)");
    }
  }

  @Test
  void aLargeContentIsStreamedFromTheStore() {
    long size = 6 << 20;
    Bounces.Contents clean = _ -> spaces(size);
    assertThat(virus(tcp(clamd.port()), clean).on(ScannedMails.stored(size)))
        .isEqualTo(new Verdict.Accept(List.of()));
  }

  @Test
  void aContentAboveClamdsOwnBoundIsNotTakenForClean() {
    long size = 10 << 20;
    Bounces.Contents clean = _ -> spaces(size);
    assertThat(fields(virus(tcp(clamd.port()), clean).on(ScannedMails.stored(size))))
        .containsExactly("X-Virus-Scanned: no (the scanner did not judge it)");
  }

  private static SpamCheck spam() {
    Spam rule = new Spam(SpamProgram.SPAMD, asking(tcp(spamd.port())), Optional.empty(), 10, 120);
    return new SpamCheck(
        rule,
        _ -> true,
        new ScannerServers<>("spam", new SpamdScanner(), rule.asking(), System::nanoTime),
        ScannedMails.IN_RECORD);
  }

  private static VirusCheck virus(Place place, Bounces.Contents contents) {
    Virus rule = new Virus(asking(place), false);
    return new VirusCheck(
        rule,
        new ScannerServers<>("virus", new ClamdScanner(), rule.asking(), System::nanoTime),
        contents);
  }

  private static Asking asking(Place place) {
    return new Asking(List.of(place), WAIT, 20 << 20, 5);
  }

  private static Place tcp(int port) {
    return new Place.Tcp(new Host("127.0.0.1", port));
  }

  /** Lines of spaces, made as they are read. */
  private static InputStream spaces(long size) {
    return new InputStream() {
      private long left = size;

      @Override
      public int read() {
        return left-- > 0 ? left % 78 == 0 ? '\n' : ' ' : -1;
      }

      @Override
      public int read(byte[] array, int offset, int length) {
        int n = 0;
        for (int octet = n < length ? read() : -1; octet >= 0; octet = n < length ? read() : -1) {
          array[offset + n++] = (byte) octet;
        }
        return n == 0 && length > 0 ? -1 : n;
      }
    };
  }
}
