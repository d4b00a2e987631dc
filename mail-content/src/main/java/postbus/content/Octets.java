package postbus.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** How octets get from a source to those who look at them; what is in memory is not copied. */
final class Octets {
  /** Read at once from what is not in memory. */
  static final int CHUNK = 16 * 1024;

  private Octets() {}

  /** Is shown octets, in order, a piece at a time. */
  interface Viewer {
    /** The octets from {@code from} to before {@code to}; the array is reused afterwards. */
    void octets(byte[] array, int from, int to);
  }

  record InMemory(byte[] octets) implements Source {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(octets);
    }
  }

  /** One after the other. */
  record Joined(Source first, Source second) implements Source {
    @Override
    public InputStream open() throws IOException {
      return new SequenceInputStream(first.open(), second.open());
    }
  }

  /** These octets before that source. */
  static Source before(byte[] octets, Source source) {
    return octets.length == 0 ? source : new Joined(new InMemory(octets), source);
  }

  /** Shows all octets of a source. */
  static void show(Source source, Viewer viewer) throws IOException {
    switch (source) {
      case InMemory(byte[] octets) -> viewer.octets(octets, 0, octets.length);
      case Joined(Source first, Source second) -> {
        show(first, viewer);
        show(second, viewer);
      }
      default -> {
        try (InputStream in = source.open()) {
          show(in, viewer);
        }
      }
    }
  }

  /** Shows what is left of a stream. */
  static void show(InputStream in, Viewer viewer) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      viewer.octets(chunk, 0, n);
    }
  }
}
