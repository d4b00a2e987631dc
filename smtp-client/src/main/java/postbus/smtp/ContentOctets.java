package postbus.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import postbus.mail.Scope;
import postbus.smtp.Content.Ready;

/**
 * Reads a content in blocks, and makes sure that what leaves is what was promised: so many octets
 * and no others, in lines that end with CRLF. A lone CR or LF could end the mail for a server that
 * takes it for a line's end, and begin another one there (SMTP smuggling).
 */
final class ContentOctets implements Closeable {
  private static final int BLOCK_OCTETS = 16 << 10;

  private final InputStream in;
  private final long size;
  private final byte[] block;
  private long count;
  private boolean isAfterCr;
  private boolean isLineStart = true;

  /** Our own trouble: the content cannot be read, or is not as long as it should be. */
  static final class Unreadable extends IOException {
    private final Scope scope;

    private Unreadable(Scope scope, String why) {
      super(why);
      this.scope = scope;
    }

    /** The store's fault, or the content's own. */
    Scope scope() {
      return scope;
    }
  }

  ContentOctets(Ready content) throws Unreadable {
    this.size = content.size();
    this.block = new byte[(int) Math.min(size, BLOCK_OCTETS)];
    try {
      this.in = content.source().open();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static Unreadable unreadable(IOException e) {
    return new Unreadable(Scope.STORE, e.toString());
  }

  /** Octets that {@link #next} has not read. */
  long left() {
    return size - count;
  }

  /** What {@link #next} has read, until it is called again. */
  byte[] block() {
    return block;
  }

  /**
   * Reads some octets, at most so many; the last ones only if the content ends there.
   *
   * @return how many there are in {@link #block}; 0 at the end
   * @throws IllegalStateException if they are not lines as {@link Ready} promises them
   */
  int next(long most) throws Unreadable {
    int wanted = (int) Math.min(block.length, Math.min(most, left()));
    try {
      int read = in.readNBytes(block, 0, wanted);
      count += read;
      if (read < wanted) {
        throw new Unreadable(Scope.MAIL, "it ends after " + count + " of " + size + " octets");
      }
      if (left() == 0 && in.read() >= 0) {
        throw new Unreadable(Scope.MAIL, "it has more than " + size + " octets");
      }
      checkLines(read);
      return read;
    } catch (Unreadable e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void checkLines(int length) {
    boolean afterCr = isAfterCr;
    for (int i = 0; i < length; i++) {
      byte octet = block[i];
      if (afterCr != (octet == '\n')) {
        throw new IllegalStateException("a lone CR or LF near octet " + (count - length + i));
      }
      afterCr = octet == '\r';
    }
    isAfterCr = afterCr;
    isLineStart = length == 0 ? isLineStart : block[length - 1] == '\n';
    if (left() == 0 && !isLineStart) {
      throw new IllegalStateException("no CRLF at the end");
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // What there was to read has been read.
    }
  }
}
