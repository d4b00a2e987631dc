package postbus.content;

import java.security.MessageDigest;

/**
 * The SHA-256 of a body in a form of RFC 6376, section 3.4. Empty lines at the end do not count;
 * relaxed, neither does white space at line ends, and other white space counts as one space. A CR
 * or LF that stands alone ends no line.
 */
public final class BodyHash implements Octets.Viewer {
  private final boolean relaxed;
  private final long limit;
  private final MessageDigest digest = DkimKey.sha256();
  private final byte[] chunk = new byte[Octets.CHUNK / 4];
  private int filled;
  private long length;
  private long heldLineEnds;
  private boolean heldSpace;
  private boolean heldCr;
  private boolean begun;

  /** Of the whole body. */
  public BodyHash(Canonicalization form) {
    this(form, Long.MAX_VALUE);
  }

  /**
   * Of the begin of a body.
   *
   * @param limit octets in this form that count, from the first (the tag l=)
   */
  public BodyHash(Canonicalization form, long limit) {
    this.relaxed = form == Canonicalization.RELAXED;
    this.limit = limit;
  }

  @Override
  public void octets(byte[] array, int from, int to) {
    for (int at = from; at < to; at++) {
      byte octet = array[at];
      if (octet == '\n' && heldCr) {
        heldCr = false;
        heldSpace = false;
        heldLineEnds++;
        continue;
      }
      if (heldCr) {
        heldCr = false;
        ordinary((byte) '\r');
      }
      if (octet == '\r') {
        heldCr = true;
      } else if (relaxed && (octet == ' ' || octet == '\t')) {
        heldSpace = true;
      } else {
        ordinary(octet);
      }
    }
  }

  private void ordinary(byte octet) {
    for (; heldLineEnds > 0; heldLineEnds--) {
      putLineEnd();
    }
    if (heldSpace) {
      put((byte) ' ');
      heldSpace = false;
    }
    put(octet);
    begun = true;
  }

  private void putLineEnd() {
    put((byte) '\r');
    put((byte) '\n');
  }

  private void put(byte octet) {
    length++;
    if (length > limit) {
      return;
    }
    if (filled == chunk.length) {
      digest.update(chunk, 0, filled);
      filled = 0;
    }
    chunk[filled++] = octet;
  }

  /** The hash of all octets seen; called once. */
  public byte[] hash() {
    if (heldCr) {
      ordinary((byte) '\r');
    }
    if (begun || !relaxed) {
      putLineEnd();
    }
    digest.update(chunk, 0, filled);
    return digest.digest();
  }

  /** Octets of the whole body in this form, once {@link #hash} was called. */
  public long length() {
    return length;
  }
}
