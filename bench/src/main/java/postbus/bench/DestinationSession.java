package postbus.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * One connection to a {@link Destination}: PIPELINING and CHUNKING, as big providers offer them.
 * The number of a mail is the first in its recipient's address, as in {@code m17@…}.
 */
final class DestinationSession {
  private static final String EHLO =
      "250-peer.example.net\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"
          + "250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n";

  private final InputStream in;
  private final OutputStream out;
  private final IntConsumer received;
  private int number;

  /**
   * @param received called with a mail's number just before its last reply is written
   */
  DestinationSession(Socket socket, IntConsumer received) throws IOException {
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
    this.out = new BufferedOutputStream(socket.getOutputStream());
    this.received = received;
  }

  void run() throws IOException {
    reply("220 peer.example.net ESMTP\r\n");
    while (true) {
      String line = line();
      switch (line.substring(0, 4).toUpperCase(Locale.ROOT)) {
        case "EHLO" -> reply(EHLO);
        case "MAIL" -> reply("250 2.1.0 Ok\r\n");
        case "RCPT" -> {
          number = number(line);
          reply("250 2.1.5 Ok\r\n");
        }
        case "BDAT" -> chunk(line.split(" "));
        case "DATA" -> data();
        case "QUIT" -> {
          reply("221 2.0.0 Bye\r\n");
          return;
        }
        default -> reply("250 2.0.0 Ok\r\n");
      }
    }
  }

  static int number(String line) {
    int from = 0;
    while (!Character.isDigit(line.charAt(from))) {
      from++;
    }
    int to = from;
    while (Character.isDigit(line.charAt(to))) {
      to++;
    }
    return Integer.parseInt(line, from, to, 10);
  }

  private void data() throws IOException {
    reply("354 Go ahead\r\n");
    while (!line().equals(".\r")) {}
    received.accept(number);
    reply("250 2.0.0 Ok\r\n");
  }

  private void chunk(String[] words) throws IOException {
    in.skipNBytes(Integer.parseInt(words[1]));
    if (words.length > 2) {
      received.accept(number);
    }
    reply("250 2.0.0 Ok\r\n");
  }

  private void reply(String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    if (in.available() == 0) {
      out.flush();
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException();
      }
      line.append((char) octet);
    }
    return line.toString();
  }
}
