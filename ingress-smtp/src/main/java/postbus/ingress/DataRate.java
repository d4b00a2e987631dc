package postbus.ingress;

import java.util.function.LongSupplier;
import postbus.site.Manners;

/**
 * Decides whether a content comes in fast enough: who sends an octet now and then holds a place
 * that others need. Measured in windows, of which each must bring its octets; time in which no
 * content was awaited does not count. Between chunks the rest is awaited: they hold memory.
 */
final class DataRate {
  private final long windowNanos;
  private final long octetsMin;
  private final LongSupplier nanoClock;
  private boolean reading;
  private long since;
  private long octets;

  DataRate(Manners manners, LongSupplier nanoClock) {
    this.windowNanos = manners.dataRateWindow().toNanos();
    this.octetsMin = manners.dataRateMin() * manners.dataRateWindow().toSeconds();
    this.nanoClock = nanoClock;
  }

  /** So many octets of a content have come. */
  void took(long more) {
    octets += more;
  }

  /** No content is awaited for a moment. */
  void rest() {
    reading = false;
  }

  /**
   * Looks at the clock; to be asked several times in a window.
   *
   * @param inContent whether octets of a content are awaited
   */
  boolean isTooLow(boolean inContent) {
    long now = nanoClock.getAsLong();
    boolean over = reading && inContent && now - since >= windowNanos;
    boolean tooLow = over && octets < octetsMin;
    if (over || !reading || !inContent) {
      since = now;
      octets = 0;
    }
    reading = inContent;
    return tooLow;
  }
}
