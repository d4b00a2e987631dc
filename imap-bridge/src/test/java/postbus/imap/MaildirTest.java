package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.HeaderField;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

class MaildirTest {
  private static final EmailAddress MARK = EmailAddress.of("Mark@wikimedia.org");
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";

  private final Envelope envelope = envelope(ReversePath.of("jimbo@example.org"));
  @TempDir Path data;

  @Test
  void aMailIsWrittenBelowItsFieldsAndContentUntouched() throws IOException {
    Path where = deliver();

    assertThat(where.toString()).startsWith("mail/wikimedia.org/mark/Maildir/new/");
    assertThat(data.resolve(where))
        .hasContent(
            "Return-Path: <jimbo@example.org>\r\nDelivered-To: Mark@wikimedia.org\r\n"
                + "Received: from somewhere\r\n"
                + CONTENT);
    assertThat(files("tmp")).isEmpty();
  }

  @Test
  void aRepeatFindsTheMailThatNobodyHasSeenYet() throws IOException {
    Path where = deliver();

    assertThat(file().find()).contains(where);
  }

  @Test
  void aRepeatFindsTheMailThatAReaderHasFlagged() throws IOException {
    Path fresh = data.resolve(deliver());
    Path seen = folder("cur").resolve(fresh.getFileName() + ":2,S");
    Files.move(fresh, seen);

    assertThat(file().find()).contains(data.relativize(seen));
  }

  @Test
  void aMailboxThatNobodyReadSinceTheMailCameIsNotSearched() throws IOException {
    Path fresh = data.resolve(deliver());
    Path cur = folder("cur");
    Files.move(fresh, cur.resolve(fresh.getFileName() + ":2,S"));
    Instant before = envelope.receivedAt().minus(MailFile.CLOCKS_APART_MAX);

    Files.setLastModifiedTime(cur, FileTime.from(before.minusSeconds(1)));
    assertThat(file().find()).isEmpty();
    Files.setLastModifiedTime(cur, FileTime.from(before));
    assertThat(file().find()).isPresent();
  }

  @Test
  void theSameMailForAnotherRecipientIsAnotherMail() throws IOException {
    deliver();

    assertThat(mailbox(MARK).file(envelope, EmailAddress.of("brion@wikimedia.org")).find())
        .isEmpty();
  }

  @Test
  void aCrashBeforeTheRenameLeavesNothingInTheMailbox() throws IOException {
    file().write(content());

    assertThat(file().find()).isEmpty();
    deliver();
    assertThat(files("new")).hasSize(1);
  }

  @Test
  void whatACrashLeftInTmpIsRemovedOnceItIsOld() throws IOException {
    file().write(content());
    Path leftover = files("tmp").getFirst();
    Instant before = Instant.now().minus(MailFile.LEFTOVER_AGE).minusSeconds(1);
    Files.setLastModifiedTime(leftover, FileTime.from(before));

    deliver();

    assertThat(files("tmp")).isEmpty();
  }

  @Test
  void aContentThatBreaksOffLeavesNothing() throws IOException {
    MailFile file = file();
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the store is gone");
          }
        };

    assertThatThrownBy(() -> file.write(broken)).hasMessageContaining("the store is gone");
    assertThat(files("tmp")).isEmpty();
    assertThat(files("new")).isEmpty();
  }

  @Test
  void writersOfTheSameMailAtTheSameTimeGiveOneWholeMail() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Path> delivery = this::deliver;
      List<Future<Path>> all =
          threads.invokeAll(IntStream.range(0, 20).mapToObj(_ -> delivery).toList());
      for (Future<Path> each : all) {
        assertThat(data.resolve(each.get())).content().endsWith(CONTENT);
      }
    }
    assertThat(files("new")).hasSize(1);
    assertThat(files("tmp")).isEmpty();
  }

  @Test
  void aBounceHasAnEmptyReturnPath() throws IOException {
    MailFile file = mailbox(MARK).file(envelope(new ReversePath.Null()), MARK);
    file.write(content());

    assertThat(data.resolve(file.publish())).content().startsWith("Return-Path: <>\r\n");
  }

  @Test
  void aLargeContentIsStreamed() throws IOException {
    MailFile file = file();
    long octets = 32L << 20;

    file.write(new Octets(octets));

    assertThat(Files.size(data.resolve(file.publish()))).isGreaterThan(octets);
  }

  @Test
  void unusualCharactersArePercentEncoded() {
    assertThat(
            Maildir.of(data, EmailAddress.of("a:b\u00e9%@wikimedia.org"))
                .orElseThrow()
                .folder("new"))
        .isEqualTo(data.resolve("mail/wikimedia.org/a%3ab%c3%a9%25/Maildir/new"));
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
    MailFile file = mailbox(MARK).file(envelope(ReversePath.of("a\r\nX: y@b.org")), MARK);

    assertThatThrownBy(() -> file.write(content())).isInstanceOf(IllegalArgumentException.class);
    assertThat(files("tmp")).isEmpty();
  }

  private Path deliver() throws IOException {
    MailFile file = file();
    file.write(content());
    return file.publish();
  }

  private MailFile file() throws IOException {
    return mailbox(MARK).file(envelope, MARK);
  }

  private Maildir mailbox(EmailAddress address) {
    return Maildir.of(data, address).orElseThrow();
  }

  private Path folder(String part) {
    return data.resolve("mail/wikimedia.org/mark/Maildir").resolve(part);
  }

  private List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder(part))) {
      return files.toList();
    }
  }

  private static InputStream content() {
    return new ByteArrayInputStream(CONTENT.getBytes(StandardCharsets.US_ASCII));
  }

  private static Envelope envelope(ReversePath sender) {
    Client client = new Client("127.0.9.1", "example.org", "mx", false);
    return Envelope.begin(
            MailId.next(), sender, List.of(Recipient.of(MARK)), client, Body.of(CONTENT.length()))
        .adding(List.of(new HeaderField("Received", "from somewhere")));
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
