package postbus.bench;

/**
 * Reads what {@code smtp-sink -c} prints, {@code sess=5 quit=4 mesg=123} over and over with a
 * carriage return between, in blocks that may end in the middle of a number.
 */
final class SinkCounter {
  private static final String BEFORE = "mesg=";

  private int matched;
  private int number;
  private int last;

  /** The last number of mails that is known to be complete, after these octets. */
  int after(byte[] block, int octets) {
    for (int i = 0; i < octets; i++) {
      next((char) block[i]);
    }
    return last;
  }

  private void next(char octet) {
    if (matched == BEFORE.length()) {
      if (octet >= '0' && octet <= '9') {
        number = 10 * number + (octet - '0');
        return;
      }
      last = number;
    }
    boolean goesOn = matched < BEFORE.length() && octet == BEFORE.charAt(matched);
    matched = goesOn ? matched + 1 : octet == BEFORE.charAt(0) ? 1 : 0;
    number = 0;
  }
}
