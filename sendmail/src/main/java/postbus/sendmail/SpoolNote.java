package postbus.sendmail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Which recipients of a mail in the queue are done with: a file beside it, one octet for each of
 * them in their order. It is on disk before the mail is submitted, and from then on its octets are
 * only written over; so a disk that fills up after the server's 250 takes nobody's mail twice. A
 * mail to one has none: it is done with by being deleted.
 *
 * <p>Limit: a file system that never writes in place (btrfs, ZFS) may want room for that, too.
 */
record SpoolNote(Path mail, List<String> recipients) {
  private static final String SUFFIX = ".note";
  private static final byte WAITS = 'w';
  private static final byte DONE = 'd';

  /**
   * Makes it, unless it is there.
   *
   * @throws IOException if there is no room; then the mail is not to be submitted
   */
  void prepare() throws IOException {
    if (recipients.size() == 1) {
      return;
    }
    if (!Files.exists(file(), LinkOption.NOFOLLOW_LINKS)) {
      byte[] all = new byte[recipients.size()];
      Arrays.fill(all, WAITS);
      Durably.write(mail.resolveSibling(""), file().getFileName().toString(), all);
      return;
    }
    try (FileChannel file = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      // Where nothing is written in place, it says here, before the mail leaves, that the disk is
      // full.
      file.write(ByteBuffer.wrap(noted()), 0);
      file.force(false);
    }
  }

  private Path file() {
    return mail.resolveSibling(mail.getFileName() + SUFFIX);
  }

  /** For whom the mail waits. */
  List<String> left() throws IOException {
    List<String> left = new ArrayList<>();
    byte[] noted = noted();
    for (int i = 0; i < recipients.size(); i++) {
      if (i >= noted.length || noted[i] != DONE) {
        left.add(recipients.get(i));
      }
    }
    return left;
  }

  private byte[] noted() throws IOException {
    try (InputStream in = Files.newInputStream(file(), LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(recipients.size());
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }

  /** Notes that nobody else waits; takes no room on the disk. */
  void leave(Collection<String> waiting) throws IOException {
    if (recipients.size() == 1) {
      return;
    }
    try (FileChannel file = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      for (int i = 0; i < recipients.size(); i++) {
        if (!waiting.contains(recipients.get(i))) {
          file.write(ByteBuffer.wrap(new byte[] {DONE}), i);
        }
      }
      file.force(false);
    }
  }

  /** Deletes the mail, and then its note: in this order a crash between them costs nothing. */
  void deleteBoth() throws IOException {
    Durably.delete(mail);
    Files.deleteIfExists(file());
  }

  /** Moves it to where its mail has been moved. */
  void follow(Path folder) throws IOException {
    if (Files.exists(file(), LinkOption.NOFOLLOW_LINKS)) {
      Files.move(file(), folder.resolve(file().getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Deletes the notes of a queue whose mail is gone, and files that a run began which was killed.
   * For who has the lock.
   */
  static void sweep(Path queue) throws IOException {
    try (var files = Files.newDirectoryStream(queue, SpoolNote::isLeftOver)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static boolean isLeftOver(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(Durably.UNFINISHED)) {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
    return name.endsWith(SUFFIX)
        && !Files.exists(
            file.resolveSibling(name.substring(0, name.length() - SUFFIX.length())),
            LinkOption.NOFOLLOW_LINKS);
  }
}
