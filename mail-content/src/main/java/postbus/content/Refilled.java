package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream whose octets are made a chunk at a time. */
abstract class Refilled extends InputStream {
  private byte[] chunk = new byte[Octets.CHUNK];
  private int from;
  private int to;

  /** Makes some octets and hands them to {@link #put}; false if there are no more. */
  abstract boolean refill() throws IOException;

  final void put(int octet) {
    if (to == chunk.length) {
      chunk = Arrays.copyOf(chunk, 2 * to);
    }
    chunk[to++] = (byte) octet;
  }

  final void putLineEnd() {
    put('\r');
    put('\n');
  }

  private boolean empty() throws IOException {
    while (from == to) {
      from = 0;
      to = 0;
      if (!refill() && to == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public final int read() throws IOException {
    return empty() ? -1 : chunk[from++] & 0xFF;
  }

  @Override
  public final int read(byte[] array, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (empty()) {
      return -1;
    }
    int n = Math.min(length, to - from);
    System.arraycopy(chunk, from, array, offset, n);
    from += n;
    return n;
  }
}
