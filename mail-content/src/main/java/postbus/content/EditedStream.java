package postbus.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mail with its edits carried out, while it is read. */
final class EditedStream extends InputStream {
  private final InputStream in;
  private final Iterator<Edit> edits;
  private @Nullable Edit next;
  private long at;
  private InputStream piece = InputStream.nullInputStream();
  private boolean untouched;

  /**
   * The edits are carried out in their order.
   *
   * @param edits by rising place, none within another
   */
  EditedStream(InputStream in, List<Edit> edits) {
    this.in = in;
    this.edits = edits.iterator();
    this.next = following();
  }

  private @Nullable Edit following() {
    return edits.hasNext() ? edits.next() : null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] array, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int n = piece.read(array, offset, length);
    while (n < 0) {
      if (untouched) {
        return -1;
      }
      piece = nextPiece();
      n = piece.read(array, offset, length);
    }
    return n;
  }

  /** What stands before the next edit; then what the edit makes; behind the last, the rest. */
  private InputStream nextPiece() throws IOException {
    Edit edit = next;
    if (edit == null) {
      untouched = true;
      return in;
    }
    if (at < edit.from()) {
      return upTo(edit.from());
    }
    next = following();
    return switch (edit.change()) {
      case Edit.Put(byte[] octets) -> {
        in.skipNBytes(edit.to() - at);
        at = edit.to();
        yield new ByteArrayInputStream(octets);
      }
      case Edit.Encode(Edit.Encoding encoding) ->
          switch (encoding) {
            case QUOTED_PRINTABLE -> new QuotedPrintable(upTo(edit.to()));
            case BASE64 -> new Base64Lines(upTo(edit.to()));
          };
    };
  }

  private InputStream upTo(long end) {
    long octets = end - at;
    at = end;
    return new Stretch(octets);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The next so many octets of the mail. */
  private final class Stretch extends InputStream {
    private long left;

    Stretch(long left) {
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int octet = left == 0 ? -1 : in.read();
      left -= octet < 0 ? left : 1;
      return octet;
    }

    @Override
    public int read(byte[] array, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int n = left == 0 ? -1 : in.read(array, offset, (int) Math.min(length, left));
      left -= n < 0 ? left : n;
      return n;
    }
  }
}
