package postbus.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import postbus.mail.EnhancedStatus;
import postbus.mail.SmtpReply;

/**
 * Reads replies (RFC 5321, section 4.2) from a stream of octets, in bounds that no honest server
 * meets. Lenient about a missing CR and about a bare code; strict about everything else. Control
 * characters in the text become {@code ?}, since the text goes into logs, events and reports.
 */
final class ReplyReader {
  static final int LINE_OCTETS_MAX = 4096;
  static final int LINES_MAX = 128;

  private final InputStream in;
  private final byte[] buffer = new byte[LINE_OCTETS_MAX];
  private int from;
  private int to;

  ReplyReader(InputStream in) {
    this.in = in;
  }

  /**
   * Blocks until a whole reply is there.
   *
   * @throws MalformedReply if it is none
   * @throws EOFException if the peer closed before its end
   */
  SmtpReply next() throws IOException {
    SmtpReply first = parse(line());
    if (!isContinued) {
      return first;
    }
    Optional<EnhancedStatus> status = first.status();
    List<String> lines = new ArrayList<>(first.lines());
    while (isContinued) {
      SmtpReply more = parse(line());
      if (more.code() != first.code()) {
        throw new MalformedReply("two codes in one reply: " + first.code() + ", " + more.code());
      }
      if (lines.size() == LINES_MAX) {
        throw new MalformedReply("more than " + LINES_MAX + " lines in one reply");
      }
      if (status.isEmpty()) {
        status = more.status();
      }
      lines.addAll(more.lines());
    }
    return new SmtpReply(first.code(), status, lines);
  }

  /** Whether octets are there that belong to no reply yet; does not wait for any. */
  boolean hasMore() throws IOException {
    return from < to || in.available() > 0;
  }

  private boolean isContinued;

  private SmtpReply parse(String line) throws MalformedReply {
    char mark = line.length() > 3 ? line.charAt(3) : ' ';
    Optional<SmtpReply> reply =
        mark == ' ' || mark == '-' ? SmtpReply.parse(line) : Optional.empty();
    isContinued = mark == '-';
    return reply.orElseThrow(
        () -> new MalformedReply("not a reply: " + line.substring(0, Math.min(80, line.length()))));
  }

  /** A line without its end. */
  private String line() throws IOException {
    int scanned = from;
    while (true) {
      for (; scanned < to; scanned++) {
        if (buffer[scanned] == '\n') {
          int end = scanned > from && buffer[scanned - 1] == '\r' ? scanned - 1 : scanned;
          String line = printable(from, end);
          from = scanned + 1;
          return line;
        }
      }
      scanned -= from;
      fill();
    }
  }

  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    if (to == buffer.length) {
      throw new MalformedReply("a line of more than " + LINE_OCTETS_MAX + " octets");
    }
    int count = in.read(buffer, to, buffer.length - to);
    if (count < 0) {
      throw new EOFException("the connection was closed");
    }
    to += count;
  }

  private String printable(int start, int end) {
    byte[] octets = Arrays.copyOfRange(buffer, start, end);
    for (int i = 0; i < octets.length; i++) {
      if (octets[i] >= 0 && octets[i] < ' ' && octets[i] != '\t' || octets[i] == 0x7f) {
        octets[i] = '?';
      }
    }
    return new String(octets, StandardCharsets.UTF_8);
  }
}
