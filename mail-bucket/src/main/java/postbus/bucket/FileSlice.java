package postbus.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.Objects;

/**
 * Some octets of a file, which stays open. It is no channel, since one thread's interruption would
 * close that, and S3's client interrupts a try that takes too long: the next one reads them again.
 * Used by one thread at a time, and by no other slice meanwhile.
 */
final class FileSlice extends InputStream {
  private final RandomAccessFile file;
  private final long end;
  private long position;

  FileSlice(RandomAccessFile file, long from, long octets) {
    this.file = file;
    this.position = from;
    this.end = from + octets;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    int wanted = (int) Math.min(length, end - position);
    if (wanted <= 0) {
      return length == 0 ? 0 : -1;
    }
    file.seek(position);
    int count = file.read(to, offset, wanted);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }
}
