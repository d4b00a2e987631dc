package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** The client's side of a dialogue, as a story tells it. */
final class SmtpPeer implements AutoCloseable {
  private static final int ANSWER_MAX_MILLIS = 30_000;

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
    return connect(from, port, "");
  }

  /** What is sent first has these octets before it. */
  static SmtpPeer connect(InetAddress from, int port, String beginning) throws IOException {
    Socket socket = beginning.isEmpty() ? new Socket() : new BegunSocket(beginning);
    socket.setSoTimeout(ANSWER_MAX_MILLIS);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), ANSWER_MAX_MILLIS);
    return new SmtpPeer(socket);
  }

  /** A socket whose first write begins with octets of its own. */
  private static final class BegunSocket extends Socket {
    private String beginning;

    BegunSocket(String beginning) {
      this.beginning = beginning;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
          byte[] first = beginning.getBytes(ISO_8859_1);
          beginning = "";
          byte[] both = Arrays.copyOf(first, first.length + length);
          System.arraycopy(octets, from, both, first.length, length);
          out.write(both);
        }
      };
    }
  }

  /** The client over a socket that was prepared. */
  static SmtpPeer over(Socket socket) throws IOException {
    return new SmtpPeer(socket);
  }

  /** Goes on in TLS, with whom the context trusts. */
  SmtpPeer inTls(SSLContext trusting) throws IOException {
    SSLSocket secured = tlsSocket(trusting);
    secured.startHandshake();
    return new SmtpPeer(secured);
  }

  /** The same before its handshake. */
  SSLSocket tlsSocket(SSLContext trusting) throws IOException {
    return (SSLSocket)
        trusting.getSocketFactory().createSocket(socket, "mx.example.org", socket.getPort(), true);
  }

  /** The TLS that is spoken. */
  SSLSession tls() {
    return ((SSLSocket) socket).getSession();
  }

  /** Ends TCP at once. */
  void cut() throws IOException {
    socket.close();
  }

  /** Says that nothing follows, and listens on. */
  void halfClose() throws IOException {
    socket.shutdownOutput();
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

  /** Skips the lines of a reply up to this one. */
  SmtpPeer hears(String wanted) throws IOException {
    String line = in.readLine();
    while (line != null && line.startsWith(wanted.substring(0, 4)) && !line.equals(wanted)) {
      line = in.readLine();
    }
    assertThat(line).isEqualTo(wanted);
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

  /** Skips lines that begin so, up to one that begins otherwise: like this. */
  SmtpPeer endsWithAfter(String skipped, String beginning) throws IOException {
    String line = in.readLine();
    while (line != null && line.startsWith(skipped)) {
      line = in.readLine();
    }
    assertThat(line).startsWith(beginning);
    return this;
  }

  /** Says no more, and listens on. */
  void endsInput() throws IOException {
    socket.shutdownOutput();
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

  /** The same, but an alert of TLS may be said. */
  void isCutOffInTls() throws IOException {
    try {
      assertThat(in.readLine())
          .satisfiesAnyOf(
              nothing -> assertThat(nothing).isNull(),
              alert -> assertThat(alert).startsWith("\u0015\u0003"));
      closes();
    } catch (SocketException reset) {
      // As good as an end.
    }
  }

  /** Everything before the content of a mail. */
  SmtpPeer mail(String helo) throws IOException {
    says("220").send("HELO " + helo).says("250");
    send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
    return says("250").says("250").says("354");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
