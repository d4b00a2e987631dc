package postbus.imap;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Passes octets on, each CRLF as the LF that programs on Unix expect. All others, a CR alone too,
 * stay as they are. It buffers nothing and does not close what is behind it.
 */
final class LineFeeds extends OutputStream {
  private final OutputStream out;

  /** A CR was written, and what follows it is not known yet. */
  private boolean held;

  LineFeeds(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int length) throws IOException {
    if (length == 0) {
      return;
    }
    if (octets[from] != '\n') {
      end();
    }
    held = false;
    int end = from + length;
    int begin = from;
    for (int i = from; i < end; i++) {
      if (octets[i] == '\r' && (i + 1 == end || octets[i + 1] == '\n')) {
        out.write(octets, begin, i - begin);
        begin = i + 1;
        held = begin == end;
      }
    }
    out.write(octets, begin, end - begin);
  }

  /** Nothing follows: a CR at the very end is one that stands alone. */
  void end() throws IOException {
    if (held) {
      out.write('\r');
      held = false;
    }
  }
}
