package postbus.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
 * Large contents, as files of one folder: streamed in and out, never whole in memory.
 *
 * <p>A reference exists only when the content is on disk under its name. Nobody knows its last
 * user, so it lives by a lease: the file's modification time is when the lease was last extended,
 * and {@link #sweep} deletes it a full lease later. A power cut may take the last extension of some
 * seconds; beside a lease of days that is nothing.
 */
public final class ContentStore implements ContentLease {
  /** More than twice the usual lifetime of a queue, so that a stage may be down for days. */
  public static final Duration LEASE = Duration.ofDays(14);

  /** What no session writes to any more. */
  private static final Duration UNFINISHED_KEPT = Duration.ofDays(1);

  private final Path contents;
  private final Path unfinished;
  private final Duration lease;

  /** A store with the usual lease. Makes the folder if need be. */
  public ContentStore(Path folder) throws IOException {
    this(folder, LEASE);
  }

  /**
   * @param lease longer than any mail waits between two extensions: the lifetime of the queue and a
   *     day at least
   */
  public ContentStore(Path folder, Duration lease) throws IOException {
    this.contents = folder;
    this.unfinished = Files.createDirectories(folder.resolve("tmp"));
    this.lease = lease;
  }

  /** Begins a content. The mail's id is its name. */
  public Writer begin(MailId mail) throws IOException {
    return new Writer(new ContentRef(mail.toString()));
  }

  /** The same mail with its content in the store, under a full lease; as it is if it is there. */
  public Mail keep(Mail mail) throws IOException {
    if (mail.envelope().body().stored().isPresent()) {
      return mail;
    }
    try (Writer writer = begin(mail.envelope().id())) {
      writer.write(mail.content(), 0, mail.content().length);
      return new Mail(mail.envelope().storedAt(writer.finish()), new byte[0]);
    }
  }

  /**
   * The content of a mail: what its record holds, or the stored file. The caller closes it.
   *
   * @throws IOException if the store does not have it, or the disk fails
   */
  public InputStream open(Mail mail) throws IOException {
    Optional<ContentRef> ref = mail.envelope().body().stored();
    if (ref.isEmpty()) {
      return new ByteArrayInputStream(mail.content());
    }
    try {
      return Files.newInputStream(file(ref.get()));
    } catch (NoSuchFileException gone) {
      throw new IOException(
          "content %s of mail %s is not in the store %s"
              .formatted(ref.get().name(), mail.envelope().id(), contents),
          gone);
    }
  }

  /**
   * @throws UncheckedIOException if the content is not there or the disk fails; then no record may
   *     be written that refers to it
   */
  @Override
  public void extend(ContentRef content) {
    try {
      Files.setLastModifiedTime(file(content), FileTime.from(Instant.now()));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot extend the lease of " + content.name(), failure);
    }
  }

  /** When the lease of a content runs out; empty if it is not there. */
  public Optional<Instant> livesUntil(ContentRef content) {
    try {
      return Optional.of(Files.getLastModifiedTime(file(content)).toInstant().plus(lease));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /**
   * Deletes the contents whose lease has run out, and what a crash left half written a day ago.
   *
   * @return how many files
   */
  public int sweep(Instant now) throws IOException {
    return sweep(contents, now.minus(lease)) + sweep(unfinished, now.minus(UNFINISHED_KEPT));
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

  /** One content on its way into the store; used by one thread. */
  public final class Writer implements AutoCloseable {
    private final ContentRef ref;
    private final Path file;
    private final FileChannel out;

    private Writer(ContentRef ref) throws IOException {
      this.ref = ref;
      // Two owners of one record may store its content at once: neither cuts the other's short.
      this.file = unfinished.resolve(ref.name() + "." + UUID.randomUUID());
      this.out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Adds octets. */
    public void write(byte[] octets, int offset, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(octets, offset, length);
      while (left.hasRemaining()) {
        out.write(left);
      }
    }

    /** Returns when the content is on disk under its name, with a full lease. */
    public ContentRef finish() throws IOException {
      try (out) {
        out.force(true);
      }
      Files.move(file, ContentStore.this.file(ref), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder = FileChannel.open(contents, StandardOpenOption.READ)) {
        folder.force(true);
      }
      return ref;
    }

    /** Gives the content up; nothing of it stays. */
    public void discard() throws IOException {
      out.close();
      Files.deleteIfExists(file);
    }

    /** Gives up what was not finished. */
    @Override
    public void close() throws IOException {
      discard();
    }
  }
}
