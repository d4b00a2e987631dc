package postbus.policy;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.log.Breaker;
import postbus.mail.MailId;
import postbus.site.Place;

/**
 * One server of a scanner, and how it did lately. What no mail can bring about, a connection that
 * fails or nonsense for an answer, makes that it is left alone. Silence makes that it is asked last
 * and nothing more: whoever sends a mail that takes long would otherwise switch the scanner off for
 * all others.
 */
final class ScannerServer {
  /** Failures in a row, or silences, after which that is so. */
  static final int FAILURES_MAX = 3;

  /** How often one mail may try nevertheless. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(ScannerServer.class);

  private final String name;
  private final Place place;
  private final Breaker broken;
  private final Breaker silent;

  /**
   * @param scanner for operators
   */
  ScannerServer(String scanner, Place place, LongSupplier nanoClock) {
    this.name = "the " + scanner + " scanner " + place;
    this.place = place;
    this.broken = new Breaker(FAILURES_MAX, PROBE_EVERY, nanoClock);
    this.silent = new Breaker(FAILURES_MAX, PROBE_EVERY, nanoClock);
  }

  Place place() {
    return place;
  }

  /** Whether to ask it now. A yes may use up a probe. */
  boolean isAsked() {
    return broken.allows();
  }

  /** Whether to ask it before others. A yes may use up a probe. */
  boolean isAskedInTurn() {
    return silent.allows();
  }

  void answered() {
    boolean wasBroken = broken.answered();
    if (silent.answered() || wasBroken) {
      LOG.infof("%s answers again", name);
    }
  }

  void failed(MailId mail, IOException why) {
    boolean isBroken = why instanceof ScannerDown || why instanceof ProtocolException;
    if ((isBroken ? broken : silent).failed()) {
      Alarm.SCANNER_AWAY.raise(
          LOG,
          "%s failed %d times in a row and is %s, but for one mail in %s: %s",
          name,
          FAILURES_MAX,
          isBroken ? "left alone" : "asked last",
          PROBE_EVERY,
          why);
    } else {
      LOG.warnf("mail %s: %s: %s", mail, name, why);
    }
  }
}
