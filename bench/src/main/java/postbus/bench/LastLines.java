package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The end of a log. */
final class LastLines {
  private static final int OCTETS = 2_000;

  private LastLines() {}

  static String of(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - OCTETS));
      byte[] end = new byte[OCTETS];
      int octets = Math.max(0, file.read(end));
      return new String(end, 0, octets, UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
