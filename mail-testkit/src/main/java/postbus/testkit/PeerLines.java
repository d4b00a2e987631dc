package postbus.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** The lines of one connection to a {@link ScriptedSmtpServer}; notes what breaks the rules. */
final class PeerLines {
  private static final Duration DRIP = Duration.ofMillis(50);
  private static final int DRIP_LINE = 70;
  private static final int DRIPS = 10_000;

  private final InputStream in;
  private final OutputStream out;
  private final Consumer<String> violated;

  PeerLines(Socket socket, Consumer<String> violated) throws IOException {
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
    this.violated = violated;
  }

  boolean hasMore() throws IOException {
    return in.available() > 0;
  }

  void write(String text) throws IOException {
    out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** A command without its CRLF. */
  String next() throws IOException {
    byte[] line = octetLine();
    return new String(line, 0, line.length - 2, StandardCharsets.UTF_8);
  }

  /** Reads on, answering nothing, until the client gives up. */
  boolean ignore() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return false;
  }

  void skip(int octets) throws IOException {
    in.readNBytes(octets);
  }

  /** Up to the final dot, unstuffed. */
  byte[] content() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (true) {
      byte[] line = octetLine();
      if (line.length == 3 && line[0] == '.') {
        return content.toByteArray();
      }
      int from = line[0] == '.' ? 1 : 0;
      content.write(line, from, line.length - from);
    }
  }

  /** So many octets of BDAT. */
  byte[] chunk(int octets) throws IOException {
    byte[] chunk = in.readNBytes(octets);
    if (chunk.length < octets) {
      throw new EOFException();
    }
    return chunk;
  }

  /** A part of a reply, and no more. */
  boolean half() throws IOException {
    out.write("250-half\r\n25".getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return false;
  }

  /** A reply of endless lines, an octet at a time. */
  boolean drip() throws IOException, InterruptedException {
    for (int i = 0; i < DRIPS; i++) {
      int column = i % DRIP_LINE;
      out.write(
          column < 4
              ? "250-".charAt(column)
              : column == DRIP_LINE - 2 ? '\r' : column == DRIP_LINE - 1 ? '\n' : 'x');
      out.flush();
      Thread.sleep(DRIP);
    }
    return false;
  }

  /** One line with its CRLF. */
  private byte[] octetLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int last = 0; ; ) {
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException();
      }
      line.write(octet);
      if (octet == '\n') {
        if (last == '\r') {
          return line.toByteArray();
        }
        violated.accept("a bare LF");
      }
      last = octet;
    }
  }
}
