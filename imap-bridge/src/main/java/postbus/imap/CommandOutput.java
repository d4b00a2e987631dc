package postbus.imap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** What is kept of a command's output, standard error included: its beginning. */
final class CommandOutput {
  /** Characters of a reply's text, so that it fits into one line of SMTP with room to spare. */
  static final int LINE_MAX = 200;

  private static final int BLOCK_OCTETS = 8 << 10;

  /** Octets read before the caller looks at the clock again. */
  private static final int READ_OCTETS_MAX = 1 << 20;

  private final byte[] block = new byte[BLOCK_OCTETS];
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final int octetsMax;

  /**
   * @param octetsMax are kept; what comes after them is read and thrown away
   */
  CommandOutput(int octetsMax) {
    this.octetsMax = octetsMax;
  }

  /** Takes what is there, without waiting for more; much of it in several calls. */
  void read(InputStream output) throws IOException {
    int read = 0;
    while (read < READ_OCTETS_MAX && output.available() > 0) {
      int length = output.read(block, 0, Math.min(block.length, output.available()));
      if (length < 0) {
        return;
      }
      kept.write(block, 0, Math.min(length, octetsMax - kept.size()));
      read += length;
    }
  }

  /** The first line that is not blank: printable ASCII, up to {@link #LINE_MAX} of it. */
  String firstLine() {
    return lines().findFirst().orElse("");
  }

  /** The last such line. */
  String lastLine() {
    return lines().reduce((_, next) -> next).orElse("");
  }

  private Stream<String> lines() {
    return kept.toString(StandardCharsets.ISO_8859_1)
        .lines()
        .map(line -> line.replaceAll("[^ -~]", "?").strip())
        .filter(line -> !line.isEmpty())
        .map(line -> line.substring(0, Math.min(line.length(), LINE_MAX)));
  }
}
