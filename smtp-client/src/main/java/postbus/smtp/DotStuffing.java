package postbus.smtp;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a content as DATA wants it (RFC 5321, section 4.5.2): a dot before every dot that begins a
 * line; at the end a CRLF if it lacks one, and the final dot. Copies whole runs, not octets.
 *
 * <p>A bare LF counts as a line end here, so that a peer who takes it for one sees no dot alone.
 */
final class DotStuffing extends OutputStream {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] FINAL_DOT = {'.', '\r', '\n'};

  private final OutputStream out;
  private boolean isLineStart = true;
  private boolean isAfterCrlf = true;
  private int last = -1;
  private boolean failed;

  DotStuffing(OutputStream out) {
    this.out = out;
  }

  /** Whether it was the peer's side that failed, and not the content's. */
  boolean hasFailed() {
    return failed;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    try {
      stuff(octets, offset, offset + length);
    } catch (IOException e) {
      failed = true;
      throw e;
    }
    int before = length > 1 ? octets[offset + length - 2] : last;
    last = octets[offset + length - 1];
    isLineStart = last == '\n';
    isAfterCrlf = isLineStart && before == '\r';
  }

  private void stuff(byte[] octets, int offset, int end) throws IOException {
    int run = offset;
    boolean atStart = isLineStart;
    for (int i = offset; i < end; i++) {
      byte octet = octets[i];
      if (octet == '.' && atStart) {
        out.write(octets, run, i - run);
        out.write('.');
        run = i;
      }
      atStart = octet == '\n';
    }
    out.write(octets, run, end - run);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Ends the content, and sends all. */
  void end() throws IOException {
    if (!isAfterCrlf) {
      out.write(CRLF);
    }
    out.write(FINAL_DOT);
    out.flush();
  }
}
