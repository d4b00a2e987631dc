package postbus.ingress;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import postbus.mail.SmtpReply;
import postbus.site.SessionLimits;

/**
 * Reads the octets after DATA up to their end (RFC 5321, section 4.1.1.4), or those of chunks (RFC
 * 3030), in pieces of any size.
 *
 * <p>The end after DATA is CRLF.CRLF and nothing else. A CR or LF that stands alone, or a NUL,
 * refuses the mail after its true end: what another server might take for an end (smuggling) is
 * content here, and what follows it is never a command. Lines, size and Received fields are
 * limited.
 *
 * <p>Guarantee: how the octets were cut makes no difference. What was refused is read on without
 * being kept; {@link #isEndless} says when that has gone on for too long.
 */
final class ContentReader {
  /** What a refused content may have beyond twice the limit, so that small limits work too. */
  private static final long SLACK_OCTETS = 1 << 20;

  private static final byte[] RECEIVED = "received:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_END = {'\r', '\n'};

  /** Where the last octet left us. */
  private enum State {
    LINE_START,
    TEXT,
    CR,
    /** A dot that began a line: left out of the content, or the end. */
    DOT,
    DOT_CR,
    END
  }

  /** Takes the content as it comes. */
  interface Sink {
    /** The octets are only lent. Returns why they cannot be taken, if so. */
    Optional<SmtpReply> write(byte[] bytes, int from, int length);
  }

  private final SessionLimits limits;
  private final Sink sink;
  private final boolean isDotted;
  private State state = State.LINE_START;
  private @Nullable SmtpReply sinkRefusal;
  private @Nullable ContentFault fault;
  private long octets;
  private long size;
  private int lineOctets;
  private boolean header = true;
  private long headerOctets;
  private int matched;
  private int hops;

  /**
   * @param isDotted whether the content has a final dot, and dots that were stuffed; else {@link
   *     #end} says where it ends
   */
  ContentReader(SessionLimits limits, Sink sink, boolean isDotted) {
    this.limits = limits;
    this.sink = sink;
    this.isDotted = isDotted;
  }

  /** Octets that are thrown away before the connection is closed. */
  static long skippedMax(SessionLimits limits) {
    return 2 * limits.sizeMax() + SLACK_OCTETS;
  }

  /**
   * Reads on.
   *
   * @return the index after the last octet that belongs to the content: {@code to}, or where the
   *     next command begins
   */
  int read(byte[] bytes, int from, int to) {
    int kept = from;
    int at = from;
    while (at < to && state != State.END) {
      if (state == State.TEXT && !header) {
        int run = plain(bytes, at, to);
        lineOctets += run - at;
        at = run;
        if (at == to) {
          break;
        }
      }
      boolean drop = step(bytes[at]);
      if (drop) {
        keep(bytes, kept, at);
        kept = at + 1;
      }
      at++;
    }
    keep(bytes, kept, at);
    octets += at - from;
    if (state != State.END && lineOctets > limits.textLineMax()) {
      refuse(ContentFault.LINE_TOO_LONG);
    }
    return at;
  }

  /** Steps over what is neither CR, LF nor NUL: nearly all of a content. */
  private static int plain(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      byte b = bytes[at];
      if (b == '\r' || b == '\n' || b == 0) {
        break;
      }
      at++;
    }
    return at;
  }

  /** Takes one octet; true if it is no part of the content. */
  private boolean step(byte b) {
    lineOctets++;
    State before = state;
    if (b == '\n') {
      return lineFeed(before);
    }
    if (before == State.CR || before == State.DOT_CR) {
      refuse(ContentFault.BARE_LINE_END);
    }
    if (b == '\r') {
      state = before == State.DOT ? State.DOT_CR : State.CR;
      return before == State.DOT;
    }
    if (b == 0) {
      refuse(ContentFault.NUL);
    }
    if (before == State.LINE_START && b == '.' && isDotted) {
      state = State.DOT;
      return true;
    }
    if (header) {
      count(b, before);
    }
    state = State.TEXT;
    return false;
  }

  private boolean lineFeed(State before) {
    if (before == State.DOT_CR) {
      state = State.END;
      return true;
    }
    if (before != State.CR) {
      refuse(ContentFault.BARE_LINE_END);
      state = State.TEXT;
      return false;
    }
    if (lineOctets > limits.textLineMax()) {
      refuse(ContentFault.LINE_TOO_LONG);
    }
    header &= lineOctets > 2;
    headerOctets += header ? lineOctets : 0;
    if (headerOctets > limits.manners().headerMax()) {
      refuse(ContentFault.HEADER_TOO_BIG);
    }
    lineOctets = 0;
    state = State.LINE_START;
    return false;
  }

  /** Counts the Received fields: {@code matched} letters of the name stood so far in this line. */
  private void count(byte b, State before) {
    if (before == State.LINE_START || before == State.DOT) {
      matched = 0;
    }
    boolean spaceBeforeColon = matched == RECEIVED.length - 1 && (b == ' ' || b == '\t');
    if (matched < 0 || spaceBeforeColon) {
      return;
    }
    int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
    matched = lower == RECEIVED[matched] ? matched + 1 : -1;
    if (matched == RECEIVED.length) {
      matched = -1;
      if (++hops > limits.hopsMax()) {
        refuse(ContentFault.TOO_MANY_HOPS);
      }
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    if (from == to) {
      return;
    }
    size += to - from;
    if (size > limits.sizeMax()) {
      refuse(ContentFault.TOO_BIG);
    }
    if (refusal().isEmpty()) {
      sinkRefusal = sink.write(bytes, from, to - from).orElse(null);
    }
  }

  private void refuse(ContentFault found) {
    if (fault == null || found.compareTo(fault) < 0) {
      fault = found;
    }
  }

  /**
   * The content without a final dot ends here. A last line without its end gets one, so that all
   * who read it later find whole lines.
   */
  void end() {
    if (state == State.CR) {
      refuse(ContentFault.BARE_LINE_END);
    } else if (state == State.TEXT) {
      keep(LINE_END, 0, LINE_END.length);
    }
    state = State.END;
  }

  /** Whether the content has come to its end. */
  boolean isEnded() {
    return state == State.END;
  }

  /** Why the content is not taken, as far as it has been read. */
  Optional<SmtpReply> refusal() {
    return fault != null ? Optional.of(fault.reply()) : Optional.ofNullable(sinkRefusal);
  }

  /** Whether so much came after a refusal that the connection is to be closed. */
  boolean isEndless() {
    return refusal().isPresent() && octets > skippedMax(limits);
  }

  /** Octets of the content so far, without dot-stuffing. */
  long size() {
    return size;
  }
}
