package postbus.policy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import postbus.content.Source;

/**
 * How long a scan has waited for the content of its mail: a store that hangs is not the scanner's
 * silence. One thread reads, any may ask.
 */
final class ContentWait {
  private static final long NOT_WAITING = 0;

  private final AtomicLong ended = new AtomicLong();
  private volatile long since = NOT_WAITING;

  /** The same mail, whose reader is watched. */
  ScannedMail watched(ScannedMail mail) {
    Source octets = mail.octets();
    return new ScannedMail(
        mail.envelope(), mail.size(), () -> new WatchedInput(timed(octets::open)));
  }

  /** All waits together, in nanoseconds. */
  long nanos() {
    long begun = since;
    return ended.get() + (begun == NOT_WAITING ? 0 : System.nanoTime() - begun);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T timed(Reading<T> reading) throws IOException {
    long begun = System.nanoTime();
    since = begun == NOT_WAITING ? begun + 1 : begun;
    try {
      return reading.read();
    } finally {
      ended.addAndGet(System.nanoTime() - begun);
      since = NOT_WAITING;
    }
  }

  private final class WatchedInput extends FilterInputStream {
    private WatchedInput(InputStream content) {
      super(content);
    }

    @Override
    public int read() throws IOException {
      return timed(super::read);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      return timed(() -> super.read(to, offset, length));
    }
  }
}
