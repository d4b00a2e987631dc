package postbus.policy;

import static postbus.policy.ScannedMails.asking;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import postbus.mail.NextHop.Host;
import postbus.site.Place;
import postbus.site.Scanners.Spam;
import postbus.site.Scanners.SpamProgram;

/** A spamd that says and does what the test wants, and the check that asks it; so is the clock. */
final class SpamdRig implements AutoCloseable {
  static final int SIZE_MAX = 40 << 10;
  static final String AWAY = "X-Spam-Scanned: no (the scanner is away)";
  static final Place NOBODY = new Place.Tcp(new Host("127.0.0.1", 1));

  final ScriptedScanner spamd;
  private long now;

  SpamdRig() throws IOException {
    spamd = ScriptedScanner.spamd().says(scored("0.0"));
  }

  /** What the check takes for System.nanoTime. */
  long now() {
    return now;
  }

  void passes(Duration time) {
    now += time.toNanos();
  }

  SpamCheck check() {
    return check(ScannedMails.WAIT, spamd.place());
  }

  SpamCheck check(Duration wait, Place... servers) {
    Spam rule =
        new Spam(SpamProgram.SPAMD, asking(SIZE_MAX, wait, servers), Optional.empty(), 10, 120);
    return new SpamCheck(
        rule,
        "wikimedia.org"::equals,
        new ScannerServers<>("spam", new SpamdScanner(), rule.asking(), this::now),
        ScannedMails.IN_RECORD);
  }

  /** The answer of a spamd that gives a mail this score. */
  static String scored(String score) {
    String report =
        "Content analysis details:\r\n pts rule\r\n\r\n " + score + " R\u00e9port\r\n\r\n";
    return "SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: False ; %s / 5.0\r\n\r\n%s"
        .formatted(report.length(), score, report);
  }

  @Override
  public void close() {
    spamd.close();
  }
}
