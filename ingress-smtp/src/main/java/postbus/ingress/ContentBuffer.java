package postbus.ingress;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.log.ContentStore;
import postbus.mail.ContentRef;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;

/**
 * Holds a content as it comes: in memory while it is small enough for a record, else in the content
 * store. All contents in memory together have a bound too; beyond it, small ones are stored as
 * well.
 *
 * <p>Used by one thread at a time. Whoever makes one ends it by {@link #discard}, also after the
 * mail has been submitted, so that its memory is given back.
 */
final class ContentBuffer implements ContentReader.Sink {
  private static final Logger LOG = Logger.getLogger(ContentBuffer.class);
  private static final int FIRST_OCTETS = 8 << 10;
  private static final byte[] NONE = {};

  private final MailId id;
  private final int inlineMax;
  private final OctetBudget memory;
  private final ContentStore store;
  private byte[] bytes = NONE;
  private int length;
  private ContentStore.@Nullable Writer writer;

  ContentBuffer(MailId id, int inlineMax, OctetBudget memory, ContentStore store) {
    this.id = id;
    this.inlineMax = inlineMax;
    this.memory = memory;
    this.store = store;
  }

  @Override
  public Optional<SmtpReply> write(byte[] more, int from, int count) {
    try {
      if (writer == null && !fits(count)) {
        spill();
      }
      if (writer == null) {
        System.arraycopy(more, from, bytes, length, count);
        length += count;
      } else {
        writer.write(more, from, count);
      }
      return Optional.empty();
    } catch (IOException e) {
      LOG.errorf(e, "mail %s: the content store does not take it", id);
      return Optional.of(Replies.LOG_AWAY);
    }
  }

  private boolean fits(int count) {
    int needed = length + count;
    if (needed <= bytes.length) {
      return true;
    }
    if (needed > inlineMax) {
      return false;
    }
    int capacity = Math.min(inlineMax, Math.max(Math.max(needed, FIRST_OCTETS), bytes.length * 2));
    if (!memory.take(capacity - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, capacity);
    return true;
  }

  private void spill() throws IOException {
    ContentStore.Writer begun = store.begin(id);
    writer = begun;
    begun.write(bytes, 0, length);
    forget();
  }

  /** Whether {@link #finish} has to wait for a disk or a bucket. */
  boolean isStored() {
    return writer != null;
  }

  /**
   * Makes a stored content durable; blocks.
   *
   * @param size octets written
   */
  Content finish(long size) {
    try {
      ContentRef ref = Objects.requireNonNull(writer).finish();
      writer = null;
      return new Content.Received(size, Optional.of(ref));
    } catch (IOException | RuntimeException e) {
      LOG.errorf(e, "mail %s: the content store does not take it", id);
      discard();
      return new Content.Refused(Replies.LOG_AWAY);
    }
  }

  /** The content, if it is in memory; else nothing. */
  byte[] inline() {
    return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
  }

  /** Gives back the memory, and what was stored and never finished. */
  void discard() {
    forget();
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        LOG.warnf("mail %s: what was stored of it stays until it is swept: %s", id, e);
      }
      writer = null;
    }
  }

  private void forget() {
    memory.giveBack(bytes.length);
    bytes = NONE;
    length = 0;
  }
}
