package postbus.imap;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.EmailAddress;

/**
 * What a command reads on its standard input: the mail as a mailbox gets it, with LF for CRLF, in a
 * file that is there until the command has it open.
 *
 * <p>It is a file and not a pipe so that no command ever takes a part of a mail for the whole, as
 * it would if this process died while it wrote; and so that one that does not read holds nobody up.
 */
final class PipeInput implements AutoCloseable {
  /** None is needed for so long; what is older was left behind by a crash. */
  static final Duration LEFTOVER_AGE = Duration.ofHours(1);

  /** Octets handed to the file system at once. */
  private static final int BLOCK_OCTETS = 64 << 10;

  private final Path file;

  private PipeInput(Path file) {
    this.file = file;
  }

  /** Makes the folder, which only its owner may enter, and removes what a crash left in it. */
  static void prepare(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Instant oldest = Instant.now().minus(LEFTOVER_AGE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (MailFile.isOlder(file, oldest)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Writes the file; leaves nothing if that fails. */
  static PipeInput write(Path folder, Mail mail, EmailAddress recipient, ContentStore contents)
      throws IOException {
    PipeInput input = new PipeInput(folder.resolve(mail.envelope().id() + "." + UUID.randomUUID()));
    try (InputStream content = DeliveryFields.content(mail, contents);
        OutputStream out =
            new BufferedOutputStream(
                Files.newOutputStream(input.file, CREATE_NEW, WRITE), BLOCK_OCTETS)) {
      LineFeeds lines = new LineFeeds(out);
      lines.write(DeliveryFields.of(mail.envelope(), recipient));
      content.transferTo(lines);
      lines.end();
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
    // A command that opens /dev/stdin opens the file anew, as the user it runs as.
    Files.setPosixFilePermissions(input.file, PosixFilePermissions.fromString("r--r--r--"));
    return input;
  }

  Path file() {
    return file;
  }

  /** Whoever has it open goes on reading. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
