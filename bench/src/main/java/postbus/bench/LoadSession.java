package postbus.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection that brings one mail after another, and says when the octets went and came. */
final class LoadSession implements AutoCloseable {
  private static final int REPLY_MILLIS = 60_000;
  private static final String END = ".\r\n";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  LoadSession(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(REPLY_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10);
    expect("220");
    say("EHLO client.bench.test\r\n", "250");
  }

  /** Microseconds since 1970. */
  record Times(long begun, long dot, long reply) {}

  /**
   * @param text lines, none of which begins with a dot
   */
  Times send(int number, byte[] text) throws IOException {
    long begun = Deliveries.micros();
    say("MAIL FROM:<" + Relay.SENDER + ">\r\n", "250");
    say("RCPT TO:<m" + number + "@" + Relay.DOMAIN + ">\r\n", "250");
    say("DATA\r\n", "354");
    out.write(text);
    out.write(END.getBytes(US_ASCII));
    out.flush();
    long dot = Deliveries.micros();
    expect("250");
    return new Times(begun, dot, Deliveries.micros());
  }

  private void say(String line, String code) throws IOException {
    out.write(line.getBytes(US_ASCII));
    out.flush();
    expect(code);
  }

  private void expect(String code) throws IOException {
    String line = line();
    while (line.length() > 3 && line.charAt(3) == '-') {
      line = line();
    }
    if (!line.startsWith(code)) {
      throw new IOException("not " + code + " but " + line);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return line.toString();
  }

  /** A header and lines of text, of that size in all. */
  static byte[] text(int octets) {
    StringBuilder text = new StringBuilder("Subject: a mail\r\n\r\n");
    String line = "What a mail says, line by line, is of no interest here.\r\n";
    while (text.length() + line.length() < octets) {
      text.append(line);
    }
    return text.append("x".repeat(Math.max(0, octets - 2 - text.length())))
        .append("\r\n")
        .toString()
        .getBytes(US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
