package postbus.log;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/**
 * Large contents as files of one folder.
 *
 * <p>A file has its name once it is on disk. Its modification time is when the lease was last
 * extended. A power cut may take the last extension of some seconds; beside a lease of days that is
 * nothing.
 */
public final class ContentFolder implements ContentStore {
  /** What no session writes to any more. */
  private static final Duration UNFINISHED_KEPT = Duration.ofDays(1);

  private final Path contents;
  private final Path unfinished;
  private final StoreReach reach;

  /** Makes the folder if need be. */
  public ContentFolder(Path folder) throws IOException {
    this.contents = folder;
    this.unfinished = Files.createDirectories(folder.resolve("tmp"));
    this.reach = new StoreReach(folder);
  }

  @Override
  public Writer begin(MailId mail) throws IOException {
    return new FileWriter(new ContentRef(mail.toString()));
  }

  @Override
  public InputStream open(ContentRef content) throws IOException {
    try {
      InputStream opened = new FolderInput(Files.newInputStream(file(content)));
      reach.answered();
      return opened;
    } catch (IOException failure) {
      throw told(failure);
    }
  }

  /** What is not there is gone, as long as the folder is; all else is the folder's being away. */
  private IOException told(IOException failure) {
    boolean isGone = failure instanceof NoSuchFileException && Files.isDirectory(unfinished);
    return isGone || failure instanceof ClosedByInterruptException
        ? failure
        : reach.failed(failure);
  }

  /**
   * @throws UncheckedIOException if the content is not there; then no record may be written that
   *     refers to it. With {@link ContentsAway} if the folder is not there, or the disk fails
   */
  @Override
  public void extend(ContentRef content) {
    try {
      Files.setLastModifiedTime(file(content), FileTime.from(Instant.now()));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot extend the lease of " + content.name(), told(failure));
    }
  }

  @Override
  public Optional<Instant> livesUntil(ContentRef content) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(file(content)).toInstant().plus(LEASE));
    } catch (IOException failure) {
      IOException told = told(failure);
      if (told instanceof NoSuchFileException) {
        return Optional.empty();
      }
      throw told;
    }
  }

  @Override
  public int sweep(Instant now) throws IOException {
    return sweep(contents, now.minus(LEASE)) + sweep(unfinished, now.minus(UNFINISHED_KEPT));
  }

  private static int sweep(Path folder, Instant oldest) throws IOException {
    int deleted = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path file : files) {
        if (isBefore(oldest, file) && Files.deleteIfExists(file)) {
          deleted++;
        }
      }
    }
    return deleted;
  }

  private static boolean isBefore(Instant oldest, Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(oldest);
    } catch (NoSuchFileException gone) {
      // Finished, discarded or swept by somebody else meanwhile.
      return false;
    }
  }

  private Path file(ContentRef ref) {
    return contents.resolve(ref.name());
  }

  @Override
  public String toString() {
    return contents.toString();
  }

  /** A disk that fails in the middle is away, too. */
  private final class FolderInput extends FilterInputStream {
    private FolderInput(InputStream file) {
      super(file);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException failure) {
        throw told(failure);
      }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      try {
        return super.read(to, offset, length);
      } catch (IOException failure) {
        throw told(failure);
      }
    }
  }

  private final class FileWriter implements Writer {
    private final ContentRef ref;
    private final Path file;
    private final FileChannel out;

    private FileWriter(ContentRef ref) throws IOException {
      this.ref = ref;
      // Two owners of one record may store its content at once: neither cuts the other's short.
      this.file = unfinished.resolve(ref.name() + "." + UUID.randomUUID());
      this.out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(octets, offset, length);
      while (left.hasRemaining()) {
        out.write(left);
      }
    }

    @Override
    public ContentRef finish() throws IOException {
      try (out) {
        out.force(true);
      }
      Files.move(file, ContentFolder.this.file(ref), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(contents, StandardOpenOption.READ)) {
        folder.force(true);
      }
      return ref;
    }

    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(file);
    }
  }
}
