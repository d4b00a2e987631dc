package postbus.smtp;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes lines as DATA wants them (RFC 5321, section 4.5.2): a dot before every dot that begins
 * one, and the final dot at the end. Copies whole runs, not octets. That lines end with CRLF, and
 * hold no other CR or LF, is seen to by {@link ContentOctets}.
 */
final class DotStuffing {
  private static final byte[] FINAL_DOT = {'.', '\r', '\n'};

  private final OutputStream out;
  private boolean isLineStart = true;

  DotStuffing(OutputStream out) {
    this.out = out;
  }

  void write(byte[] octets, int length) throws IOException {
    int run = 0;
    boolean atStart = isLineStart;
    for (int i = 0; i < length; i++) {
      byte octet = octets[i];
      if (octet == '.' && atStart) {
        out.write(octets, run, i - run);
        out.write('.');
        run = i;
      }
      atStart = octet == '\n';
    }
    out.write(octets, run, length - run);
    isLineStart = atStart;
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Ends the content, and sends all. */
  void end() throws IOException {
    out.write(FINAL_DOT);
    out.flush();
  }
}
