package postbus.mail;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * Names one mail for its whole life: in our Received field, in the 250 reply, in every event.
 *
 * <p>A UUIDv7 (RFC 9562, section 5.7) printed as 26 characters of Crockford's base 32 in lower
 * case: short enough to read out, and sorted by time.
 */
public record MailId(long high, long low) implements Comparable<MailId> {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 26;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new id of this moment. */
  public static MailId next() {
    return of(System.currentTimeMillis(), RANDOM.nextLong(), RANDOM.nextLong());
  }

  static MailId of(long epochMillis, long randomA, long randomB) {
    return new MailId(
        (epochMillis << 16) | 0x7000 | (randomA & 0x0fff),
        0x8000_0000_0000_0000L | (randomB & 0x3fff_ffff_ffff_ffffL));
  }

  /** Empty unless the text is an id as {@link #toString()} prints it. */
  public static Optional<MailId> parse(String text) {
    if (text.length() != LENGTH || text.charAt(0) > '7') {
      return Optional.empty();
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      int digit = DIGITS.indexOf(text.charAt(i));
      if (digit < 0) {
        return Optional.empty();
      }
      high = (high << 5) | (low >>> 59);
      low = (low << 5) | digit;
    }
    return Optional.of(new MailId(high, low));
  }

  /** When the id was made, to the millisecond. */
  public Instant madeAt() {
    return Instant.ofEpochMilli(high >>> 16);
  }

  @Override
  public int compareTo(MailId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    char[] text = new char[LENGTH];
    long high = this.high;
    long low = this.low;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) (low & 31));
      low = (low >>> 5) | (high << 59);
      high >>>= 5;
    }
    return new String(text);
  }
}
