package postbus.ingress;

import java.util.Arrays;

/**
 * Octets that came in and have not been read. Its bound is the caller's: he stops reading from the
 * socket when {@link #size} says so.
 */
final class InputBuffer {
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int from;
  private int searched;

  /** The array becomes the buffer's own. */
  void append(byte[] more) {
    if (size() == 0) {
      bytes = more;
    } else {
      byte[] joined = Arrays.copyOfRange(bytes, from, bytes.length + more.length);
      System.arraycopy(more, 0, joined, size(), more.length);
      bytes = joined;
    }
    searched = Math.max(0, searched - from);
    from = 0;
  }

  int size() {
    return bytes.length - from;
  }

  /** Whether the last octets are these, in capitals or not. */
  boolean endsWith(byte[] capitals) {
    int at = bytes.length - capitals.length;
    boolean same = size() >= capitals.length;
    for (int i = 0; same && i < capitals.length; i++) {
      int octet = bytes[at + i];
      same = (octet >= 'a' && octet <= 'z' ? octet - 32 : octet) == capitals[i];
    }
    return same;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The index of the first octet. */
  int from() {
    return from;
  }

  /** The index after the last octet. */
  int to() {
    return bytes.length;
  }

  /** The index of the next LF, or -1. What was searched once is not searched again. */
  int lineFeed() {
    for (int i = Math.max(searched, from); i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    searched = bytes.length;
    return -1;
  }

  /** Everything before this index is skipped, and nobody reads it later. */
  void wipeTo(int index) {
    Arrays.fill(bytes, from, index, (byte) 0);
    readTo(index);
  }

  /** Everything before this index has been read. */
  void readTo(int index) {
    from = index;
    if (from == bytes.length) {
      bytes = NONE;
      from = 0;
      searched = 0;
    }
  }
}
