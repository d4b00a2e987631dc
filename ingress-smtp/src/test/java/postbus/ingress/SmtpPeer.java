package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** The client's side of a dialogue, as a story tells it. */
final class SmtpPeer implements AutoCloseable {
  private static final int ANSWER_MAX_MILLIS = 10_000;

  private final Socket socket;
  private final BufferedReader in;
  private final OutputStream out;

  private SmtpPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    this.out = socket.getOutputStream();
  }

  /** Connects from an address to a port of 127.0.0.1. */
  static SmtpPeer connect(InetAddress from, int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(ANSWER_MAX_MILLIS);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), ANSWER_MAX_MILLIS);
    return new SmtpPeer(socket);
  }

  /** Sends these lines at once. */
  SmtpPeer send(String... lines) throws IOException {
    return raw(String.join("\r\n", lines) + "\r\n");
  }

  SmtpPeer raw(String octets) throws IOException {
    out.write(octets.getBytes(ISO_8859_1));
    return this;
  }

  /** The next line of a reply begins so. */
  SmtpPeer says(String beginning) throws IOException {
    assertThat(in.readLine()).startsWith(beginning);
    return this;
  }

  /** Skips the lines of a reply up to its last one, which begins so. */
  SmtpPeer endsWith(String beginning) throws IOException {
    String line = in.readLine();
    while (line != null && line.startsWith(beginning.substring(0, 3) + "-")) {
      line = in.readLine();
    }
    assertThat(line).startsWith(beginning);
    return this;
  }

  void closes() throws IOException {
    assertThat(in.readLine()).isNull();
  }

  /** Nothing is said any more, and the connection ends in whatever way. */
  void isCutOff() throws IOException {
    try {
      closes();
    } catch (SocketException reset) {
      // As good as an end.
    }
  }

  /** Everything before the content of a mail. */
  SmtpPeer mail(String helo) throws IOException {
    says("220")
        .send("HELO " + helo, "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
    return says("250").says("250").says("250").says("354");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
