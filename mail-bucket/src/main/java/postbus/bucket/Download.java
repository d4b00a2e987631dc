package postbus.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads an object piece by piece, each by a request of its own: a mail server that takes a content
 * slowly holds no connection to S3, which would end it, and a failure in the middle is tried again
 * from there. Each piece has the time of a request; all of them together have no limit but the
 * content's size, since whoever reads has his own.
 */
final class Download extends InputStream {
  /** The first piece: enough for the header of nearly every mail. */
  static final int FIRST_OCTETS = 64 << 10;

  /** Each further piece; what one reader holds in memory. */
  static final int PIECE_OCTETS = 512 << 10;

  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Requests requests;
  private final String bucket;
  private final String key;
  private byte @Nullable [] piece = new byte[FIRST_OCTETS];
  private int from;
  private int until;
  private long position;
  private boolean isLast;

  /** Reads the first piece, so that what is not there is known at once. */
  Download(Requests requests, String bucket, String key) throws IOException {
    this.requests = requests;
    this.bucket = bucket;
    this.key = key;
    fetch(FIRST_OCTETS);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    if (from == until && !next()) {
      return -1;
    }
    int count = Math.min(length, until - from);
    System.arraycopy(piece(), from, to, offset, count);
    from += count;
    return count;
  }

  private boolean next() throws IOException {
    if (isLast) {
      return false;
    }
    if (piece().length < PIECE_OCTETS) {
      piece = new byte[PIECE_OCTETS];
    }
    fetch(PIECE_OCTETS);
    return from < until;
  }

  private void fetch(int octets) throws IOException {
    String range = "bytes=%d-%d".formatted(position, position + octets - 1);
    byte[] to = piece();
    until = requests.ask(s3 -> get(s3, range, to));
    from = 0;
    position += until;
    isLast = until < octets;
  }

  /** How many octets came of this range; none beyond the end. */
  private int get(S3Client s3, String range, byte[] to) {
    try {
      return s3.getObject(
          get -> get.bucket(bucket).key(key).range(range),
          (_, octets) -> {
            try {
              return octets.readNBytes(to, 0, to.length);
            } catch (IOException e) {
              throw RetryableException.create("the answer ended early", e);
            }
          });
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return 0;
      }
      throw e;
    }
  }

  private byte[] piece() throws IOException {
    if (piece == null) {
      throw new IOException("the content was closed");
    }
    return piece;
  }

  @Override
  public int available() {
    return until - from;
  }

  @Override
  public void close() {
    piece = null;
  }
}
