package postbus.content;

import java.security.MessageDigest;

/**
 * The SHA-256 of a body in the form "relaxed" of RFC 6376, section 3.4.4: white space at line ends
 * and empty lines at the end do not count, other white space counts as one space. The lines of the
 * body end with CRLF.
 */
final class RelaxedBody implements Octets.Viewer {
  private final MessageDigest digest = DkimKey.sha256();
  private final byte[] chunk = new byte[Octets.CHUNK / 4];
  private int filled;
  private long heldLineEnds;
  private boolean heldSpace;
  private boolean begun;

  @Override
  public void octets(byte[] array, int from, int to) {
    for (int at = from; at < to; at++) {
      byte octet = array[at];
      switch (octet) {
        case ' ', '\t' -> heldSpace = true;
        case '\r' -> {}
        case '\n' -> {
          heldSpace = false;
          heldLineEnds++;
        }
        default -> {
          release();
          put(octet);
          begun = true;
        }
      }
    }
  }

  private void release() {
    for (; heldLineEnds > 0; heldLineEnds--) {
      putLineEnd();
    }
    if (heldSpace) {
      put((byte) ' ');
      heldSpace = false;
    }
  }

  private void putLineEnd() {
    put((byte) '\r');
    put((byte) '\n');
  }

  private void put(byte octet) {
    if (filled == chunk.length) {
      digest.update(chunk, 0, filled);
      filled = 0;
    }
    chunk[filled++] = octet;
  }

  /** The hash of all octets seen; the last call. */
  byte[] hash() {
    if (begun) {
      putLineEnd();
    }
    digest.update(chunk, 0, filled);
    return digest.digest();
  }
}
