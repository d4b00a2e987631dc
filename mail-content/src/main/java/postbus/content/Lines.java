package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a mail line by line; its lines have ended with CRLF before. Of a line's text only so much
 * is kept as is asked for, so that a line may be of any length.
 */
final class Lines {
  private final InputStream in;
  private final byte[] chunk = new byte[Octets.CHUNK];
  private int from;
  private int to;
  private byte[] kept = new byte[256];
  private int keptLength;
  private long begin;
  private long end;
  private boolean eightBit;
  private boolean nul;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line, of which at most so many octets are kept; false if there is none. */
  boolean next(int keepMax) throws IOException {
    begin = end;
    keptLength = 0;
    eightBit = false;
    nul = false;
    while (more()) {
      int lineEnd = from;
      byte seen = 0;
      while (lineEnd < to && chunk[lineEnd] != '\n') {
        seen |= chunk[lineEnd];
        nul |= chunk[lineEnd] == 0;
        lineEnd++;
      }
      eightBit |= seen < 0;
      keep(lineEnd, keepMax);
      boolean whole = lineEnd < to;
      int next = whole ? lineEnd + 1 : lineEnd;
      end += next - from;
      from = next;
      if (whole) {
        break;
      }
    }
    return end > begin;
  }

  private boolean more() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, in.read(chunk));
    }
    return from < to;
  }

  private void keep(int lineEnd, int keepMax) {
    int n = Math.min(lineEnd - from, keepMax - keptLength);
    if (keptLength + n > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(2 * kept.length, keptLength + n));
    }
    System.arraycopy(chunk, from, kept, keptLength, n);
    keptLength += n;
  }

  /** Shows all that comes after the line. */
  void rest(Octets.Viewer viewer) throws IOException {
    viewer.octets(chunk, from, to);
    from = to;
    Octets.show(in, viewer);
  }

  /** Where the line begins, from the mail's first octet. */
  long begin() {
    return begin;
  }

  /** Where the next one begins. */
  long end() {
    return end;
  }

  /** Octets without the CRLF. */
  long length() {
    return end - begin - 2;
  }

  boolean eightBit() {
    return eightBit;
  }

  boolean nul() {
    return nul;
  }

  /** What was kept of the text, one character for an octet, without the CRLF. */
  String text() {
    return new String(kept, 0, textLength(), StandardCharsets.ISO_8859_1);
  }

  private int textLength() {
    return (int) Math.min(keptLength, length());
  }

  /** Without looking at all of it. */
  boolean beginsWith(char first, char second) {
    return textLength() >= 2 && kept[0] == first && kept[1] == second;
  }
}
