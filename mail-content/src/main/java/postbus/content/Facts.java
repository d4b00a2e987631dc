package postbus.content;

/**
 * What a scan found out about a mail.
 *
 * @param size all octets
 * @param looseEnds whether a CR or LF stands alone, or the last line has no end
 * @param misplaced whether the header holds a line that is no field: the body begins there
 * @param headerEightBit whether the header has octets above 127
 * @param bodyEightBit whether the body has
 * @param headerLine octets of the header's longest line, without its end
 * @param bodyLine octets of the body's longest line, without its end
 * @param nul whether the body has octets that are 0
 */
record Facts(
    long size,
    boolean looseEnds,
    boolean misplaced,
    boolean headerEightBit,
    boolean bodyEightBit,
    long headerLine,
    long bodyLine,
    boolean nul) {

  /** Octets of a line without its CRLF, at most (RFC 5322, section 2.1.1). */
  static final int LINE_MAX = 998;

  boolean eightBit() {
    return headerEightBit || bodyEightBit;
  }

  /** Whether the mail can leave as it is. */
  boolean fits(boolean eightBitServer) {
    return !looseEnds
        && !misplaced
        && !nul
        && headerLine <= LINE_MAX
        && bodyLine <= LINE_MAX
        && (eightBitServer || !eightBit());
  }
}
