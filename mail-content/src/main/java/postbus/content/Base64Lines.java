package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * Octets in base64 with lines of 76 (RFC 2045, section 6.8); CRLF between lines, none at the end.
 */
final class Base64Lines extends Refilled {
  private static final int OCTETS_A_LINE = 57;

  private final InputStream in;
  private boolean begun;

  Base64Lines(InputStream in) {
    this.in = in;
  }

  @Override
  boolean refill() throws IOException {
    byte[] octets = in.readNBytes(OCTETS_A_LINE * 64);
    for (int at = 0; at < octets.length; at += OCTETS_A_LINE) {
      if (begun) {
        putLineEnd();
      }
      begun = true;
      int end = Math.min(octets.length, at + OCTETS_A_LINE);
      for (byte letter : Base64.getEncoder().encode(Arrays.copyOfRange(octets, at, end))) {
        put(letter);
      }
    }
    return octets.length > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
