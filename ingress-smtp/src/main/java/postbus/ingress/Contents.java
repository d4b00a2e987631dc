package postbus.ingress;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.content.ArrivingHeader;
import postbus.log.ContentStore;
import postbus.mail.MailId;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;

/**
 * The contents of one connection, one at a time: which octets belong to it, in one piece after DATA
 * or in chunks after BDAT, until it is whole and has been submitted.
 *
 * <p>Used by one thread at a time. What it holds is given back by {@link #discard}.
 */
final class Contents {
  /** What has been read. */
  enum Progress {
    /** Nothing that would be an end. */
    MORE,
    /** A chunk that is not the last. */
    CHUNK,
    /** A chunk that nobody wanted. */
    SKIPPED_CHUNK,
    /** All of the content. */
    WHOLE,
    /** More of a refused content than can be borne. */
    ENDLESS
  }

  private enum Mode {
    NOTHING,
    DATA,
    CHUNK,
    LAST_CHUNK,
    SKIPPED_CHUNK,
    BETWEEN_CHUNKS,
    WHOLE
  }

  private final SessionLimits limits;
  private final OctetBudget memory;
  private final ContentStore store;
  private @Nullable Reception current;
  private Mode mode = Mode.NOTHING;
  private long left;

  /**
   * @param memory the bound of all contents in memory together
   */
  Contents(SessionLimits limits, OctetBudget memory, ContentStore store) {
    this.limits = limits;
    this.memory = memory;
    this.store = store;
  }

  /** Whether the next octets are no command. */
  boolean isReading() {
    return switch (mode) {
      case DATA, CHUNK, LAST_CHUNK, SKIPPED_CHUNK -> true;
      case NOTHING, BETWEEN_CHUNKS, WHOLE -> false;
    };
  }

  /** The next octets are a content up to its final dot. */
  void beginData(Step.BeginContent content) {
    current = reception(content.id(), content.header(), true);
    mode = Mode.DATA;
  }

  /** The next octets are a chunk. */
  void beginChunk(Step.ReadChunk chunk) {
    if (mode != Mode.BETWEEN_CHUNKS) {
      current = reception(chunk.id(), chunk.header(), false);
    }
    left = chunk.octets();
    mode = chunk.isLast() ? Mode.LAST_CHUNK : Mode.CHUNK;
  }

  private Reception reception(MailId id, Optional<ArrivingHeader> header, boolean isDotted) {
    ContentBuffer buffer = new ContentBuffer(id, limits.inlineMax(), memory, store);
    return new Reception(buffer, header, limits, isDotted);
  }

  /** The next octets are to be thrown away. */
  void skipChunk(long octets) {
    discard();
    left = octets;
    mode = Mode.SKIPPED_CHUNK;
  }

  /** Reads what is there of it. */
  Progress read(InputBuffer input) {
    return switch (mode) {
      case DATA -> readData(input);
      case CHUNK -> readChunk(input) ? ended(Mode.BETWEEN_CHUNKS, Progress.CHUNK) : Progress.MORE;
      case LAST_CHUNK -> {
        if (!readChunk(input)) {
          yield Progress.MORE;
        }
        current().end();
        yield ended(Mode.WHOLE, Progress.WHOLE);
      }
      case SKIPPED_CHUNK -> {
        int skipped = (int) Math.min(left, input.size());
        input.readTo(input.from() + skipped);
        left -= skipped;
        yield left == 0 ? ended(Mode.NOTHING, Progress.SKIPPED_CHUNK) : Progress.MORE;
      }
      case NOTHING, BETWEEN_CHUNKS, WHOLE ->
          throw new IllegalStateException("the next octets are a command: " + mode);
    };
  }

  private Progress readData(InputBuffer input) {
    Reception data = current();
    data.read(input, input.size());
    if (data.isEnded()) {
      return ended(Mode.WHOLE, Progress.WHOLE);
    }
    return data.isEndless() ? Progress.ENDLESS : Progress.MORE;
  }

  private boolean readChunk(InputBuffer input) {
    int most = (int) Math.min(left, input.size());
    current().read(input, most);
    left -= most;
    return left == 0;
  }

  private Progress ended(Mode next, Progress progress) {
    mode = next;
    return progress;
  }

  /** Why the chunks so far are not taken, if so. */
  Optional<SmtpReply> refusal() {
    return current().refusal();
  }

  /** Whether {@link #finish} has to wait for a disk. */
  boolean finishBlocks() {
    return current().finishBlocks();
  }

  /** The whole content, durable if it is in the store. */
  Content finish() {
    return current().finish();
  }

  /** The whole content, if it is in memory; else nothing. */
  byte[] inline() {
    return current().inline();
  }

  /** Gives back chunks to which no last one will come. */
  void discardChunks() {
    if (mode == Mode.BETWEEN_CHUNKS) {
      discard();
    }
  }

  /** Gives back what it holds; more than once does no harm. */
  void discard() {
    if (current != null) {
      current.discard();
      current = null;
    }
    mode = Mode.NOTHING;
  }

  private Reception current() {
    return Objects.requireNonNull(current);
  }
}
