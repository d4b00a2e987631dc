package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.ContentRef;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;

/** What every content store promises. */
interface ContentStoreContract {

  ContentStore store() throws IOException;

  /** Of these octets, always the same ones, more than fit into any buffer. */
  static byte[] content(int octets) {
    byte[] content = new byte[octets];
    new Random(octets).nextBytes(content);
    return content;
  }

  static ContentRef write(ContentStore store, MailId id, byte[] content) throws IOException {
    try (ContentStore.Writer writer = store.begin(id)) {
      int half = content.length / 2;
      writer.write(content, 0, half);
      writer.write(content, half, content.length - half);
      return writer.finish();
    }
  }

  static byte[] read(ContentStore store, ContentRef ref) throws IOException {
    try (InputStream in = store.open(ref)) {
      return in.readAllBytes();
    }
  }

  @Test
  default void givesBackWhatWasWrittenOctetForOctet() throws IOException {
    for (int octets : new int[] {0, 1, 64 << 10, (64 << 10) + 1, (576 << 10), 3 << 20}) {
      byte[] content = content(octets);
      MailId id = MailId.next();

      ContentRef ref = write(store(), id, content);

      assertThat(ref.name()).isEqualTo(id.toString());
      assertThat(read(store(), ref)).isEqualTo(content);
    }
  }

  @Test
  default void hasNothingUnderTheNameBeforeItIsFinishedNorOfWhatIsGivenUp() throws IOException {
    MailId id = MailId.next();
    ContentRef ref = new ContentRef(id.toString());
    try (ContentStore.Writer writer = store().begin(id)) {
      writer.write(content(100_000), 0, 100_000);

      assertThat(store().livesUntil(ref)).isEmpty();
    }
    assertThat(store().livesUntil(ref)).isEmpty();
    assertThatThrownBy(() -> read(store(), ref)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  default void twoWritersOfOneContentDoNotCutEachOtherShort() throws Exception {
    MailId id = MailId.next();
    byte[] content = content(1 << 20);
    ContentStore store = store();
    try (ContentStore.Writer former = store.begin(id);
        ContentStore.Writer latter = store.begin(id)) {
      former.write(content, 0, content.length);
      latter.write(content, 0, 1000);
      var finished = CompletableFuture.supplyAsync(() -> finish(former));
      latter.write(content, 1000, content.length - 1000);
      assertThat(read(store, finished.join())).isEqualTo(content);
      assertThat(read(store, latter.finish())).isEqualTo(content);
    }
  }

  private static ContentRef finish(ContentStore.Writer writer) {
    try {
      return writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void aContentIsThereForItsLeaseAndIsSweptThen() throws IOException {
    ContentStore store = store();
    ContentRef ref = write(store, MailId.next(), content(10));
    Instant now = Instant.now();

    assertThat(store.livesUntil(ref).orElseThrow())
        .isBetween(
            now.plus(ContentStore.LEASE).minusSeconds(60),
            now.plus(ContentStore.LEASE).plusSeconds(60));
    store.extend(ref);
    assertThat(store.sweep(now.plus(ContentStore.LEASE).minusSeconds(60))).isZero();
    assertThat(store.livesUntil(ref)).isPresent();

    assertThat(store.sweep(now.plus(ContentStore.LEASE).plus(Duration.ofDays(2))))
        .isGreaterThanOrEqualTo(1);
    assertThat(store.livesUntil(ref)).isEmpty();
  }

  @Test
  default void whatIsGoneIsNotExtended() {
    assertThatThrownBy(() -> store().extend(new ContentRef("gone")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("cannot extend the lease of gone")
        .hasCauseInstanceOf(NoSuchFileException.class);
  }

  @Test
  default void aMailIsReadWhereItsContentIs() throws IOException {
    byte[] content = content(1000);
    MailId id = MailId.next();
    Mail held = new Mail(envelope(id, Body.of(1000)), content);
    Mail kept = store().keep(held);
    Mail lost = new Mail(held.envelope().storedAt(new ContentRef("lost")), new byte[0]);

    assertThat(store().open(held).readAllBytes()).isEqualTo(content);
    assertThat(kept.content()).isEmpty();
    assertThat(store().open(kept).readAllBytes()).isEqualTo(content);
    assertThat(store().keep(kept)).isSameAs(kept);
    assertThatThrownBy(() -> store().open(lost))
        .hasMessage("content lost of mail %s is not in the store %s", id, store());
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
