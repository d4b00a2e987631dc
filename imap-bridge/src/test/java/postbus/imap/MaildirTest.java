package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.ReversePath;

class MaildirTest {
  @TempDir Path data;
  private MailboxRig rig;

  @BeforeEach
  void makeTheMailbox() {
    rig = new MailboxRig(data);
  }

  @Test
  void aMailIsWrittenBelowItsFieldsAndContentUntouched() throws IOException {
    Path where = rig.deliver();

    assertThat(where.toString()).startsWith("mail/wikimedia.org/mark/Maildir/new/");
    assertThat(data.resolve(where))
        .hasContent(
            "Return-Path: <jimbo@example.org>\r\nDelivered-To: Mark@wikimedia.org\r\n"
                + "Received: from somewhere\r\n"
                + MailboxRig.CONTENT);
    assertThat(rig.files("tmp")).isEmpty();
  }

  @Test
  void aCrashBeforeTheRenameLeavesNothingInTheMailbox() throws IOException {
    rig.crash();

    assertThat(rig.find()).isEmpty();
    rig.deliver();
    assertThat(rig.files("new")).hasSize(1);
  }

  @Test
  void whatACrashLeftInTmpIsRemovedOnceItIsOld() throws IOException {
    rig.crash();
    Path leftover = rig.files("tmp").getFirst();
    Path others = Files.createFile(rig.folder("tmp").resolve("1164574177.M20P1.sanger"));
    FileTime old = FileTime.from(Instant.now().minus(MailFile.LEFTOVER_AGE).minusSeconds(1));
    Files.setLastModifiedTime(leftover, old);
    Files.setLastModifiedTime(others, old);

    rig.deliver();

    assertThat(rig.files("tmp")).containsExactly(others);
  }

  @Test
  void theNameTellsTheSize() throws IOException {
    Path where = rig.deliver();

    assertThat(where.getFileName().toString())
        .matches(
            "\\d+\\." + rig.envelope.id() + "\\.[0-9a-f]{16},S=" + Files.size(data.resolve(where)));
  }

  @Test
  void aContentThatBreaksOffLeavesNothing() throws IOException {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the store is gone");
          }
        };

    try (MailFile file = rig.file()) {
      assertThatThrownBy(() -> file.write(broken)).hasMessageContaining("the store is gone");
    }
    assertThat(rig.files("tmp")).isEmpty();
    assertThat(rig.files("new")).isEmpty();
  }

  @Test
  void aBounceHasAnEmptyReturnPath() throws IOException {
    try (MailFile file =
        rig.mailbox(MailboxRig.MARK)
            .file(MailboxRig.envelope(new ReversePath.Null()), MailboxRig.MARK)) {
      file.write(MailboxRig.content());

      assertThat(data.resolve(file.publish())).content().startsWith("Return-Path: <>\r\n");
    }
  }

  @Test
  void aLargeContentIsStreamed() throws IOException {
    long octets = 32L << 20;
    try (MailFile file = rig.file()) {
      file.write(new Octets(octets));

      assertThat(Files.size(data.resolve(file.publish()))).isGreaterThan(octets);
    }
  }

  @Test
  void unusualCharactersArePercentEncoded() {
    assertThat(
            Maildir.of(data, EmailAddress.of("a:b\u00e9%@wikimedia.org"))
                .orElseThrow()
                .folder("new"))
        .isEqualTo(data.resolve("mail/wikimedia.org/a%3ab%c3%a9%25/Maildir/new"));
  }

  @Test
  void mailboxesAreBlindToTheCaseOfAsciiAlone() {
    assertThat(folderOf("MARK@wikimedia.org")).isEqualTo(folderOf("mark@wikimedia.org"));
    assertThat(folderOf("mar\u212a@wikimedia.org")).isNotEqualTo(folderOf("mark@wikimedia.org"));
    assertThat(folderOf("\u00c9@wikimedia.org")).isNotEqualTo(folderOf("\u00e9@wikimedia.org"));
  }

  private Path folderOf(String address) {
    return rig.mailbox(EmailAddress.of(address)).folder("new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x@wikimedia.org",
        "..@wikimedia.org",
        "a..b@wikimedia.org",
        ".ssh@wikimedia.org",
        "a/b@wikimedia.org",
        "\"a/b\"@wikimedia.org",
        "\"\\../x\"@wikimedia.org",
        "\"\"@wikimedia.org",
        "a\0b@wikimedia.org",
        "mark@..",
        "mark@../../etc",
        "mark@.hidden"
      })
  void aNameThatCouldLeaveTheFolderIsNoMailbox(String hostile) {
    assertThat(Maildir.of(data, EmailAddress.of(hostile))).isEmpty();
  }

  @Test
  void aNameThatNoFileSystemTakesIsNoMailbox() {
    assertThat(Maildir.of(data, EmailAddress.of("x".repeat(256) + "@wikimedia.org"))).isEmpty();
  }

  @Test
  void aSenderCannotForgeAField() throws IOException {
    Envelope forging = MailboxRig.envelope(ReversePath.of("a\r\nX: y@b.org"));

    assertThatThrownBy(() -> rig.mailbox(MailboxRig.MARK).file(forging, MailboxRig.MARK))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(rig.files("tmp")).isEmpty();
  }

  @Test
  void rootWritesOnlyWhereNobodyElseCanPutALink() throws IOException {
    assumeThat(new UnixSystem().getUid()).as("the tests' user").isZero();
    rig.deliver();
    Path own = rig.folder("").getParent();
    Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));

    Files.move(rig.folder(""), own.resolve("old"));
    Files.createSymbolicLink(own.resolve("Maildir"), elsewhere);
    assertThatThrownBy(rig::deliver).hasMessageContaining("is a link");
    assertThat(elsewhere).isEmptyDirectory();

    Files.delete(own.resolve("Maildir"));
    Files.setAttribute(own, "unix:uid", 65534);
    assertThatThrownBy(rig::deliver).hasMessageContaining("others than root");
    Files.setAttribute(own, "unix:uid", 0);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwx---"));
    assertThatThrownBy(rig::deliver).hasMessageContaining("others than root");
    assertThat(own.resolve("Maildir")).doesNotExist();
  }

  /** So many octets, none of them kept. */
  private static final class Octets extends InputStream {
    private long left;

    Octets(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int now = (int) Math.min(length, left);
      java.util.Arrays.fill(into, from, from + now, (byte) 'x');
      left -= now;
      return now;
    }
  }
}
