package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

class ContentFolderTest {
  private static final byte[] CONTENT =
      "Subject: x\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private ContentStore store;

  @BeforeEach
  void open() throws IOException {
    store = new ContentFolder(folder);
  }

  @Test
  void givesBackWhatWasWrittenInPieces() throws IOException {
    MailId id = MailId.next();
    try (ContentStore.Writer writer = store.begin(id)) {
      writer.write(CONTENT, 0, 5);
      writer.write(CONTENT, 5, CONTENT.length - 5);
      ContentRef ref = writer.finish();

      assertThat(octets(stored(id, ref))).isEqualTo(CONTENT);
    }
    assertThat(octets(stored(id, new ContentRef(id.toString())))).isEqualTo(CONTENT);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void givesBackWhatTheRecordHolds() throws IOException {
    Envelope envelope = envelope(MailId.next(), Body.of(CONTENT.length));

    assertThat(octets(new Mail(envelope, CONTENT))).isEqualTo(CONTENT);
  }

  @Test
  void whatAFolderDoesNotHoldIsGoneButAFolderThatIsNotThereIsAway() throws IOException {
    ContentRef gone = new ContentRef("gone");
    assertThatThrownBy(() -> store.open(gone)).isInstanceOf(NoSuchFileException.class);
    assertThat(store.livesUntil(gone)).isEmpty();

    Files.delete(folder.resolve("tmp")); // as an empty place to mount a disk at
    assertThatThrownBy(() -> store.open(gone)).isInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> store.livesUntil(gone)).isInstanceOf(ContentsAway.class);
    assertThatThrownBy(() -> store.extend(gone)).hasCauseInstanceOf(ContentsAway.class);
  }

  @Test
  void aDiskThatFailsInTheMiddleIsAway() throws IOException {
    Files.createDirectory(folder.resolve("broken"));
    try (InputStream broken = store.open(new ContentRef("broken"))) {
      assertThatThrownBy(broken::readAllBytes).isInstanceOf(ContentsAway.class);
    }
  }

  @Test
  void keepsWhatARecordHoldsAndLeavesWhatItKeepsAlready() throws IOException {
    Mail held = new Mail(envelope(MailId.next(), Body.of(CONTENT.length)), CONTENT);
    Mail kept = store.keep(held);

    assertThat(kept.content()).isEmpty();
    assertThat(octets(kept)).isEqualTo(CONTENT);
    assertThat(store.keep(kept)).isSameAs(kept);
  }

  @Test
  void hasNothingUnderTheNameBeforeItIsFinished() throws IOException {
    MailId id = MailId.next();
    try (ContentStore.Writer writer = store.begin(id)) {
      writer.write(CONTENT, 0, CONTENT.length);

      assertThatThrownBy(() -> octets(stored(id, new ContentRef(id.toString()))))
          .isInstanceOf(IOException.class)
          .hasMessage("content %s of mail %s is not in the store %s", id, id, folder);
    }
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void sweepsOnlyWhatNobodyExtendedForAFullLease() throws IOException {
    ContentRef old = write();
    ContentRef extended = write();
    Instant afterTheLease = Instant.now().plus(ContentStore.LEASE).plusSeconds(60);
    age(folder.resolve(extended.name()), Duration.ofDays(13));
    store.extend(extended);

    assertThat(store.sweep(Instant.now())).isZero();
    age(folder.resolve(old.name()), Duration.ofDays(15));
    assertThat(store.sweep(Instant.now())).isEqualTo(1);
    assertThat(folder.resolve(extended.name())).exists();
    assertThat(folder.resolve(old.name())).doesNotExist();
    assertThat(store.sweep(afterTheLease)).isEqualTo(1);
  }

  @Test
  void sweepsWhatACrashLeftHalfWrittenADayAgo() throws IOException {
    Path left = Files.write(folder.resolve("tmp").resolve(MailId.next().toString()), CONTENT);
    Path fresh = Files.write(folder.resolve("tmp").resolve(MailId.next().toString()), CONTENT);
    age(left, Duration.ofHours(25));

    assertThat(new ContentFolder(folder).sweep(Instant.now())).isEqualTo(1);
    assertThat(unfinished()).containsExactly(fresh);
  }

  @Test
  void doesNotExtendWhatIsNotThere() {
    assertThatThrownBy(() -> store.extend(new ContentRef("gone")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot extend the lease of gone");
  }

  private ContentRef write() throws IOException {
    try (ContentStore.Writer writer = store.begin(MailId.next())) {
      writer.write(CONTENT, 0, CONTENT.length);
      return writer.finish();
    }
  }

  private static void age(Path file, Duration by) throws IOException {
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(Instant.now().minus(by)));
  }

  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
      return files.toList();
    }
  }

  private byte[] octets(Mail mail) throws IOException {
    try (InputStream in = store.open(mail)) {
      return in.readAllBytes();
    }
  }

  private static Mail stored(MailId id, ContentRef ref) {
    return new Mail(envelope(id, Body.of(CONTENT.length).storedAt(ref)), new byte[0]);
  }

  private static Envelope envelope(MailId id, Body body) {
    return Envelope.begin(
        id,
        ReversePath.of("a@example.org"),
        List.of(Recipient.of(EmailAddress.of("b@example.org"))),
        new Client("127.0.0.1", "x", "mx", false),
        body);
  }
}
