package postbus.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import postbus.mail.ContentRef;
import postbus.mail.MailId;

/**
 * Large contents, beside the log: streamed in and out, never whole in memory.
 *
 * <p>A reference exists only when the content is durable. Nobody knows its last user, so it lives
 * by a lease: {@link #sweep} deletes it once nobody has extended that for {@link #LEASE}.
 *
 * <p>A store that cannot be asked now says so by {@link ContentsAway}; then it is not known whether
 * a content is there. Everybody but who opens the store is to make no difference between stores.
 */
public interface ContentStore extends ContentLease {
  /** More than twice the usual lifetime of a queue, so that a stage may be down for days. */
  Duration LEASE = Duration.ofDays(14);

  /**
   * Looks whether contents can be kept here; done once, at the start of a process that does.
   *
   * @throws IOException if they cannot, and that will not change by waiting
   */
  default void check() throws IOException {}

  /** Begins a content. The mail's id is its name. */
  Writer begin(MailId mail) throws IOException;

  /**
   * The stored content. The caller closes it, also before its end.
   *
   * @throws NoSuchFileException if the store does not have it
   */
  InputStream open(ContentRef content) throws IOException;

  /** When the lease of a content runs out; empty if it is not there. */
  Optional<Instant> livesUntil(ContentRef content) throws IOException;

  /**
   * Deletes the contents whose lease has run out, and what a crash left half written a day ago.
   *
   * @return how many
   */
  int sweep(Instant now) throws IOException;

  /**
   * The content of a mail: what its record holds, or the stored one. The caller closes it.
   *
   * @throws IOException if the store does not have it, or fails
   */
  default InputStream open(Mail mail) throws IOException {
    Optional<ContentRef> ref = mail.envelope().body().stored();
    if (ref.isEmpty()) {
      return new ByteArrayInputStream(mail.content());
    }
    try {
      return open(ref.get());
    } catch (NoSuchFileException gone) {
      throw new IOException(
          "content %s of mail %s is not in the store %s"
              .formatted(ref.get().name(), mail.envelope().id(), this),
          gone);
    }
  }

  /** The same mail with its content in the store, under a full lease; as it is if it is there. */
  default Mail keep(Mail mail) throws IOException {
    if (mail.envelope().body().stored().isPresent()) {
      return mail;
    }
    try (Writer writer = begin(mail.envelope().id())) {
      writer.write(mail.content(), 0, mail.content().length);
      return new Mail(mail.envelope().storedAt(writer.finish()), new byte[0]);
    }
  }

  /** One content on its way into the store; used by one thread at a time. */
  interface Writer extends AutoCloseable {

    /** Adds octets; waits for a local disk at most. */
    void write(byte[] octets, int offset, int length) throws IOException;

    /** Returns when the content is durable under its name, with a full lease. Blocks. */
    ContentRef finish() throws IOException;

    /** Gives up what was not finished; nothing of it stays. */
    @Override
    void close() throws IOException;
  }
}
