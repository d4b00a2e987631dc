package postbus.imap;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;

/**
 * One mail in one mailbox. Its name is {@code <epoch seconds of receipt>.<mail id>.<first 16 hex
 * digits of the SHA-256 of the recipient>}: the same mail for the same recipient has the same name
 * wherever and however often it is delivered, so a repeat finds itself. A reader adds {@code
 * :2,<flags>} when it moves the file from new to cur.
 *
 * <p>Steps: {@link #find}, {@link #write}, then {@link #publish}. After a crash before publish
 * nothing is in the mailbox; after it the mail is there, on disk. A mail that its owner has deleted
 * or moved elsewhere is not found again.
 *
 * <p>Nobody knows of a mail whether it is tried for the first time, so each looks for itself. To
 * list a cur of 50,000 files takes tens of milliseconds, so that is done only if a file was moved
 * there, or away, since the mail came: the folder's own time says so, and else it cannot be there.
 */
final class MailFile {
  /** No write takes that long; what is older in tmp was left behind by a crash. */
  static final Duration LEFTOVER_AGE = Duration.ofHours(1);

  /** How far the clocks of the ingress and of the mailboxes' file system may be apart. */
  static final Duration CLOCKS_APART_MAX = Duration.ofMinutes(1);

  /** Octets handed to the file system at once. */
  private static final int BLOCK_OCTETS = 64 << 10;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Maildir maildir;
  private final Envelope envelope;
  private final EmailAddress recipient;
  private final String name;
  private final Path written;

  MailFile(Maildir maildir, Envelope envelope, EmailAddress recipient) {
    this.maildir = maildir;
    this.envelope = envelope;
    this.recipient = recipient;
    this.name =
        envelope.id().madeAt().getEpochSecond()
            + "."
            + envelope.id()
            + "."
            + digest(recipient.key());
    // Two writers of the same mail never share a file, so neither can publish half of the other's.
    this.written = maildir.folder("tmp").resolve(name + "." + UUID.randomUUID());
  }

  /**
   * Where the mail is already, durably: a crash may have come between the rename and its flush.
   * Relative to the data folder; looks through new and cur.
   */
  Optional<Path> find() throws IOException {
    Path fresh = maildir.folder("new").resolve(name);
    if (Files.exists(fresh)) {
      Maildir.force(maildir.folder("new"));
      return Optional.of(maildir.relative(fresh));
    }
    Path cur = maildir.folder("cur");
    Instant came = envelope.id().madeAt().minus(CLOCKS_APART_MAX);
    if (Files.getLastModifiedTime(cur).toInstant().isBefore(came)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> seen = Files.newDirectoryStream(cur, this::isThisMail)) {
      for (Path file : seen) {
        Maildir.force(maildir.folder("cur"));
        return Optional.of(maildir.relative(file));
      }
    }
    return Optional.empty();
  }

  private boolean isThisMail(Path file) {
    String other = String.valueOf(file.getFileName());
    return other.startsWith(name)
        && (other.length() == name.length() || other.charAt(name.length()) == ':');
  }

  /** Writes header and content into tmp, and puts them on disk. Leaves nothing if it fails. */
  void write(InputStream content) throws IOException {
    removeLeftovers();
    try (FileChannel channel = FileChannel.open(written, Set.of(CREATE_NEW, WRITE), OWNER_ONLY)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BLOCK_OCTETS);
      out.write(DeliveryFields.of(envelope, recipient));
      content.transferTo(out);
      out.flush();
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      discard();
      throw e;
    }
  }

  /** Lets readers see it, durably. Returns where it is, relative to the data folder. */
  Path publish() throws IOException {
    Path fresh = maildir.folder("new").resolve(name);
    Files.move(written, fresh, StandardCopyOption.ATOMIC_MOVE);
    Maildir.force(maildir.folder("new"));
    return maildir.relative(fresh);
  }

  /** Takes back what was written. */
  void discard() throws IOException {
    Files.deleteIfExists(written);
  }

  private void removeLeftovers() throws IOException {
    Instant oldest = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(maildir.folder("tmp"))) {
      for (Path file : files) {
        if (isOlder(file, oldest)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** A file that its own writer has just moved away is none of ours. */
  static boolean isOlder(Path file, Instant instant) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(instant);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static String digest(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
