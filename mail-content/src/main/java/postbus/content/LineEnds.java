package postbus.content;

import java.io.IOException;
import java.io.InputStream;

/**
 * The same octets with every line ended by CRLF: a CR or LF that stands alone becomes CRLF, and the
 * last line gets one. A receiver that takes either for a line's end could otherwise be told of a
 * mail inside of this one (SMTP smuggling; RFC 5321, section 2.3.8).
 */
final class LineEnds extends Refilled {
  private final InputStream in;
  private final byte[] chunk = new byte[Octets.CHUNK / 2];
  private boolean afterCr;
  private boolean lineBegun;

  LineEnds(InputStream in) {
    this.in = in;
  }

  @Override
  boolean refill() throws IOException {
    int n = in.read(chunk);
    for (int i = 0; i < n; i++) {
      next(chunk[i]);
    }
    if (n < 0 && (lineBegun || afterCr)) {
      endLine();
      afterCr = false;
      return true;
    }
    return n >= 0;
  }

  private void next(byte octet) {
    boolean lone = afterCr && octet != '\n';
    if (lone) {
      endLine();
    }
    afterCr = octet == '\r';
    if (octet == '\n') {
      endLine();
    } else if (octet != '\r') {
      put(octet);
      lineBegun = true;
    }
  }

  private void endLine() {
    putLineEnd();
    lineBegun = false;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
