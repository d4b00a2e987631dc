package postbus.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import postbus.mail.SmtpReply;

/**
 * Sends a content by BDAT (RFC 3030, section 2): in chunks of bounded size. Where PIPELINING is
 * offered the next one is on its way before the reply to the former is read; one reply at most is
 * outstanding. The last chunk holds at least the last octet, since servers are known that stumble
 * over an empty one.
 */
final class Chunks {
  static final int CHUNK_OCTETS = 256 << 10;

  private final Wire wire;
  private final SmtpWaits waits;
  private final ContentOctets octets;
  private final boolean isPipelined;
  private boolean isReplyDue;

  Chunks(Wire wire, SmtpWaits waits, ContentOctets octets, boolean isPipelined) {
    this.isPipelined = isPipelined;
    this.wire = wire;
    this.waits = waits;
    this.octets = octets;
  }

  /** Whether all that is left goes in one chunk. */
  boolean isLastNext() {
    return octets.left() <= CHUNK_OCTETS;
  }

  /**
   * Sends one that is not the last.
   *
   * @return a reply that refuses the mail; null if there is none so far. After a refusal the
   *     connection is of no more use, since the next reply is on its way
   */
  @Nullable SmtpReply send() throws IOException {
    write("BDAT " + CHUNK_OCTETS, CHUNK_OCTETS);
    SmtpReply refusal = isReplyDue || !isPipelined ? refusal(waits.command()) : null;
    isReplyDue = isPipelined;
    return refusal;
  }

  /**
   * Sends the last one; the reply is the server's word about the mail. One that refused a chunk
   * lacks it, whatever it says to the last.
   */
  SmtpReply sendLast() throws IOException {
    long left = octets.left();
    write("BDAT " + left + " LAST", left);
    SmtpReply refusal = isReplyDue ? refusal(waits.finalDot()) : null;
    if (refusal != null && Trouble.endsSession(Step.CHUNK, refusal)) {
      return refusal;
    }
    SmtpReply last = wire.reply(ReplyTimes.Awaited.CONTENT, waits.finalDot());
    return refusal == null ? last : refusal;
  }

  private @Nullable SmtpReply refusal(Duration wait) throws IOException {
    SmtpReply reply = wire.reply(wait);
    return reply.isPositive() ? null : reply;
  }

  private void write(String command, long length) throws IOException {
    wire.write(command);
    OutputStream out = wire.content(waits.block());
    for (long left = length; left > 0; ) {
      int count = octets.next(left);
      out.write(octets.block(), 0, count);
      left -= count;
    }
    if (length == 0) {
      octets.next(0);
    }
    out.flush();
  }
}
