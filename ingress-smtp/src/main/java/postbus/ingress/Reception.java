package postbus.ingress;

import java.util.Optional;
import postbus.content.ArrivingHeader;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;

/** One content on its way in: how it is read, and where it is kept meanwhile. */
final class Reception {
  private final ContentBuffer buffer;
  private final ContentReader reader;

  /**
   * @param header notes what the content has, if anybody wants to know
   * @param isDotted whether a final dot ends it; else {@link #end} does
   */
  Reception(
      ContentBuffer buffer,
      Optional<ArrivingHeader> header,
      SessionLimits limits,
      boolean isDotted) {
    this.buffer = buffer;
    this.reader =
        new ContentReader(
            limits,
            header.<ContentReader.Sink>map(notes -> noting(notes, buffer)).orElse(buffer),
            isDotted);
  }

  private static ContentReader.Sink noting(ArrivingHeader header, ContentBuffer buffer) {
    return (bytes, from, length) -> {
      header.octets(bytes, from, from + length);
      return buffer.write(bytes, from, length);
    };
  }

  /**
   * Reads what is there of it; a content that is refused is not kept any longer.
   *
   * @param most octets of the input that may belong to it
   */
  void read(InputBuffer input, int most) {
    input.readTo(reader.read(input.bytes(), input.from(), input.from() + most));
    if (reader.refusal().isPresent()) {
      buffer.discard();
    }
  }

  /** The last chunk has been read. */
  void end() {
    reader.end();
    if (reader.refusal().isPresent()) {
      buffer.discard();
    }
  }

  /** Why it is not taken, as far as it has been read. */
  Optional<SmtpReply> refusal() {
    return reader.refusal();
  }

  boolean isEnded() {
    return reader.isEnded();
  }

  /** Whether it was refused and does not come to its end. */
  boolean isEndless() {
    return reader.isEndless();
  }

  /** Whether {@link #finish} has to wait for a disk. */
  boolean finishBlocks() {
    return buffer.isStored();
  }

  /** What has come in, durable if it is in the store. */
  Content finish() {
    Optional<SmtpReply> refusal = reader.refusal();
    if (refusal.isPresent()) {
      return new Content.Refused(refusal.get());
    }
    return buffer.isStored()
        ? buffer.finish(reader.size())
        : new Content.Received(reader.size(), Optional.empty());
  }

  /** The content, if it is in memory; else nothing. */
  byte[] inline() {
    return buffer.inline();
  }

  /** Gives back what it holds; more than once does no harm. */
  void discard() {
    buffer.discard();
  }
}
