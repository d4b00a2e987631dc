package postbus.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A text file that is replaced as a whole: whoever reads it sees all of an edit or nothing, also
 * after a power cut. A link stays a link; owner, group and permissions stay. Of two who edit it at
 * the same time through here, one waits for the other; an edit by other means in between fails
 * ours.
 */
final class EditedFile {
  /** For somebody else's edit. */
  static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** Of a file that is being written, and is the owner's alone: it holds hashes. */
  private static final String UNFINISHED = ".new";

  private final Path path;

  /** What is done to the lines. */
  interface Edit {
    /**
     * @return false if there is nothing to write
     */
    boolean apply(List<String> lines) throws IOException;
  }

  EditedFile(Path path) {
    this.path = path;
  }

  /** The lines, without their ends. */
  List<String> lines() throws IOException {
    return new ArrayList<>(lines(text(real())));
  }

  /**
   * @return what the edit returned
   */
  boolean edit(Edit edit) throws IOException {
    Path file = real();
    long end = System.nanoTime() + LOCK_WAIT.toNanos();
    while (true) {
      Object before = identity(file);
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        FileLock lock = lock(channel, end);
        if (before.equals(identity(file))) { // Otherwise another writer has put a new one here.
          return editLocked(file, edit);
        }
        lock.release();
      }
    }
  }

  private boolean editLocked(Path file, Edit edit) throws IOException {
    PosixFileAttributes read = Files.readAttributes(file, PosixFileAttributes.class);
    String text = text(file);
    List<String> lines = new ArrayList<>(lines(text));
    if (!edit.apply(lines)) {
      return false;
    }
    Path folder = Objects.requireNonNull(file.getParent());
    removeLeftovers(folder, "." + file.getFileName() + ".");
    Path next = Files.createTempFile(folder, "." + file.getFileName() + ".", UNFINISHED);
    try {
      write(next, lines.isEmpty() ? "" : String.join("\n", lines) + "\n", read);
      PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class);
      if (now.size() != read.size()
          || !now.lastModifiedTime().equals(read.lastModifiedTime())
          || !Objects.equals(now.fileKey(), read.fileKey())) {
        throw new IOException(path + " was changed meanwhile, and is left as it is; try again");
      }
      mustLookNewer(next, read.lastModifiedTime());
      Files.move(next, file, ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
    try (FileChannel entry = FileChannel.open(folder, READ)) {
      entry.force(true);
    }
    return true;
  }

  /** What a kill left behind; nobody else is at work, since the file is locked. */
  private static void removeLeftovers(Path folder, String prefix) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, each -> each.getFileName().toString().startsWith(prefix))) {
      for (Path file : files) {
        if (file.toString().endsWith(UNFINISHED)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void write(Path next, String text, PosixFileAttributes as) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    if (!view.readAttributes().owner().equals(as.owner())) {
      view.setOwner(as.owner());
    }
    if (!view.readAttributes().group().equals(as.group())) {
      view.setGroup(as.group());
    }
    view.setPermissions(as.permissions());
    try (FileChannel out = FileChannel.open(next, WRITE)) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (octets.hasRemaining()) {
        out.write(octets);
      }
      out.force(true);
    }
  }

  /** Dovecot looks at the whole seconds of the time, and at the size, which may stay. */
  private static void mustLookNewer(Path next, FileTime before) throws IOException {
    long second = before.to(SECONDS);
    if (Files.getLastModifiedTime(next).to(SECONDS) <= second) {
      Files.setLastModifiedTime(next, FileTime.from(second + 1, SECONDS));
    }
  }

  private FileLock lock(FileChannel channel, long end) throws IOException {
    while (System.nanoTime() < end) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException _) {
        // Somebody in this process has it.
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
    throw new IOException(
        "somebody else is changing " + path + ", and has for " + LOCK_WAIT.toSeconds() + " s");
  }

  /** Where a link leads. */
  private Path real() throws IOException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      throw new IOException(path + " is missing, or leads nowhere", e);
    }
  }

  private String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException(path + " is no text in UTF-8, and is left as it is", e);
    }
  }

  private static List<String> lines(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return Arrays.asList(whole.split("\n", -1));
  }

  private static Object identity(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, PosixFileAttributes.class).fileKey(), "a POSIX file system");
  }
}
