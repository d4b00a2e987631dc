package postbus.ingress;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Iterator;
import postbus.mail.SmtpReply;

/**
 * Writes replies (RFC 5321, section 4.2; RFC 2034), several at a time. Other services word some of
 * them, so nothing passes that is not printable ASCII, and no line is longer than the RFC has it.
 */
final class ReplyWriter {
  /** Octets of a reply line without its CRLF (RFC 5321, section 4.5.3.1.5). */
  private static final int LINE_MAX = 510;

  /** Octets that are gathered before they are written. */
  private static final int GATHERED_MAX = 8 << 10;

  private final NetSocket socket;
  private final StringBuilder gathered = new StringBuilder();

  ReplyWriter(NetSocket socket) {
    this.socket = socket;
  }

  /** Adds a reply to those that the next {@link #flush} writes. */
  void add(SmtpReply reply) {
    append(gathered, reply);
    if (gathered.length() > GATHERED_MAX) {
      flush();
    }
  }

  static void append(StringBuilder out, SmtpReply reply) {
    Iterator<String> lines = reply.lines().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      int start = out.length();
      out.append(reply.code()).append(lines.hasNext() ? '-' : ' ');
      reply.status().ifPresent(status -> out.append(status).append(' '));
      for (int i = 0; i < line.length() && out.length() - start < LINE_MAX; i++) {
        char c = line.charAt(i);
        out.append(c >= ' ' && c <= '~' ? c : '?');
      }
      out.append("\r\n");
    }
  }

  void flush() {
    if (!gathered.isEmpty()) {
      socket.write(octets());
    }
  }

  /** Whether the client does not read what it has been told. */
  boolean isFull() {
    return socket.writeQueueFull();
  }

  /** Writes what is left, and closes the connection. */
  void end() {
    socket.end(octets());
  }

  private Buffer octets() {
    Buffer octets = Buffer.buffer(gathered.toString(), "US-ASCII");
    gathered.setLength(0);
    return octets;
  }
}
