package postbus.content;

import java.io.IOException;
import java.io.InputStream;

/** Where octets are. It can be opened several times, and gives the same octets each time. */
@FunctionalInterface
public interface Source {

  /** From the first octet; closed by the reader. */
  InputStream open() throws IOException;

  /** Octets in memory; the array is not copied and must not change. */
  static Source of(byte[] octets) {
    return new Octets.InMemory(octets);
  }
}
