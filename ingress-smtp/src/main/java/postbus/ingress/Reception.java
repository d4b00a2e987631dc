package postbus.ingress;

import java.util.Optional;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;

/** One content on its way in: how it is read, and where it is kept meanwhile. */
final class Reception {
  private final ContentBuffer buffer;
  private final ContentReader reader;

  Reception(MailId id, Services services) {
    var limits = services.site().sessions();
    this.buffer = new ContentBuffer(id, limits.inlineMax(), services.memory(), services.store());
    this.reader = new ContentReader(limits, buffer);
  }

  /** Reads what is there of it; a content that is refused is not kept any longer. */
  void read(InputBuffer input) {
    input.readTo(reader.read(input.bytes(), input.from(), input.to()));
    if (reader.refusal().isPresent()) {
      buffer.discard();
    }
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
