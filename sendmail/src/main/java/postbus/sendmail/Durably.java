package postbus.sendmail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Changes of folders that a power cut does not undo. */
final class Durably {
  /** Of files that are being written. */
  static final String UNFINISHED = ".new";

  private Durably() {}

  /**
   * Writes a file, or replaces it: after a crash it is there as a whole, or as it was. If that
   * fails, nothing is left behind.
   */
  static void write(Path folder, String name, SpoolFile mail) throws IOException {
    write(folder, name, mail.envelope(), mail.mail().content());
  }

  /** As {@link #write(Path, String, SpoolFile)}. */
  static void write(Path folder, String name, byte[]... parts) throws IOException {
    Path unfinished = folder.resolve(name + UNFINISHED);
    try {
      try (FileChannel file =
          FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        for (byte[] part : parts) {
          writeAll(file, part);
        }
        file.force(true);
      }
      Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    sync(folder);
  }

  private static void writeAll(FileChannel file, byte[] octets) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  static void delete(Path file) throws IOException {
    Files.delete(file);
    sync(file.toAbsolutePath().resolveSibling(""));
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
