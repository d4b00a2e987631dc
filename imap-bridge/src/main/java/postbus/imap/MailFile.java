package postbus.imap;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;

/**
 * One mail on its way into one mailbox, under the name that {@link MailName} gives it.
 *
 * <p>Steps: {@link #write}, {@link #find}, {@link #force}, then {@link #publish}; whoever made it
 * closes it, and nothing stays of what was not published. After a crash before publish nothing is
 * in the mailbox; after it the mail is there, on disk. A mail that its owner has deleted or moved
 * to another folder is not found again.
 *
 * <p>Nobody knows of a mail whether it is tried for the first time, so each looks for itself. To
 * list a cur of 50,000 files takes tens of milliseconds, so that is done only if a file was moved
 * there, or away, since the mail came: the folder's own time says so, and else it cannot be there.
 */
final class MailFile implements AutoCloseable {
  /** No write takes that long; what is older in tmp was left behind by a crash. */
  static final Duration LEFTOVER_AGE = Duration.ofHours(1);

  /** How far the clocks of the ingress and of the mailboxes' file system may be apart. */
  static final Duration CLOCKS_APART_MAX = Duration.ofMinutes(1);

  /**
   * Looks at a folder that changes meanwhile: a list may miss a file while it gets another name,
   * but hardly twice.
   */
  private static final int LOOKS_MAX = 2;

  /** Changes of a folder that are nearer than this may bear the same time. */
  private static final Duration TICK = Duration.ofMillis(20);

  /** Octets handed to the file system at once. */
  private static final int BLOCK_OCTETS = 64 << 10;

  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Maildir maildir;
  private final MailName name;
  private final Instant came;
  private final byte[] fields;
  private final Path written;
  private final FileChannel channel;

  /** Begins a file in tmp. */
  MailFile(Maildir maildir, Envelope envelope, EmailAddress recipient) throws IOException {
    this.maildir = maildir;
    this.name = new MailName(envelope, recipient);
    this.came = envelope.id().madeAt();
    this.fields = DeliveryFields.of(envelope, recipient);
    removeLeftovers();
    this.written = maildir.folder("tmp").resolve(name.unfinished());
    this.channel = FileChannel.open(written, Set.of(CREATE_NEW, WRITE), OWNER_ONLY);
  }

  /** Writes header and content into tmp. */
  void write(InputStream content) throws IOException {
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BLOCK_OCTETS);
    out.write(fields);
    content.transferTo(out);
    out.flush();
  }

  /** Octets that were written. */
  long octets() throws IOException {
    return channel.size();
  }

  /**
   * Where the mail is already, durably: a crash may have come between the rename and its flush.
   * Relative to the data folder; looks through new and cur, in the order in which readers move it.
   */
  Optional<Path> find() throws IOException {
    Path cur = maildir.folder("cur");
    for (int look = 0; look < LOOKS_MAX; look++) {
      Optional<Path> found = findInNew();
      Instant changed = Files.getLastModifiedTime(cur).toInstant();
      if (found.isPresent() || changed.isBefore(came.minus(CLOCKS_APART_MAX))) {
        return found;
      }
      boolean isQuiet = changed.isBefore(Instant.now().minus(TICK));
      found = findInCur(cur);
      isQuiet &= Files.getLastModifiedTime(cur).toInstant().equals(changed);
      if (found.isPresent() || isQuiet) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Path> findInNew() throws IOException {
    Path folder = maildir.folder("new");
    for (String known : new String[] {name.of(octets()), name.withoutSize()}) {
      Path file = folder.resolve(known);
      if (Files.exists(file)) {
        Maildir.force(folder);
        return Optional.of(maildir.relative(file));
      }
    }
    return Optional.empty();
  }

  private Optional<Path> findInCur(Path cur) throws IOException {
    try (DirectoryStream<Path> seen = Files.newDirectoryStream(cur, this::isThisMail)) {
      for (Path file : seen) {
        Maildir.force(cur);
        return Optional.of(maildir.relative(file));
      }
    }
    return Optional.empty();
  }

  private boolean isThisMail(Path file) {
    return name.isOf(String.valueOf(file.getFileName()));
  }

  /** Puts what was written on disk. */
  void force() throws IOException {
    channel.force(true);
  }

  /** Lets readers see it, durably. Returns where it is, relative to the data folder. */
  Path publish() throws IOException {
    Path fresh = maildir.folder("new").resolve(name.of(octets()));
    Files.move(written, fresh, StandardCopyOption.ATOMIC_MOVE);
    Maildir.force(maildir.folder("new"));
    return maildir.relative(fresh);
  }

  /** Takes back what was written, unless it was published. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(written);
  }

  private void removeLeftovers() throws IOException {
    Instant oldest = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(maildir.folder("tmp"), MailFile::isOurs)) {
      for (Path file : files) {
        if (isOlder(file, oldest)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isOurs(Path file) {
    return MailName.isUnfinished(String.valueOf(file.getFileName()));
  }

  /** A file that its own writer has just moved away is none of ours. */
  static boolean isOlder(Path file, Instant instant) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(instant);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
