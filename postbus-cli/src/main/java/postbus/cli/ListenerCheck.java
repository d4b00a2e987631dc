package postbus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import postbus.site.ListenerTls;
import postbus.site.Site;
import postbus.smtp.Handshake;
import postbus.smtp.Server;

/** Asks whether listeners take mail: whether they greet who connects. */
final class ListenerCheck {
  private static final int LINE_MAX = 512;

  private final int waitMillis;

  /**
   * @param wait for a connection, and once more for the greeting
   */
  ListenerCheck(Duration wait) {
    this.waitMillis = Math.toIntExact(wait.toMillis());
  }

  /** All of them at once. */
  List<Status.Listener> of(Site site) {
    Stream<Site.Listener> all = site.listeners().values().stream();
    return all.toList().parallelStream().map(this::look).toList();
  }

  /** One of them. */
  Status.Listener look(Site.Listener listener) {
    InetSocketAddress address = listener.address();
    String shown = address.getAddress().getHostAddress() + ":" + address.getPort();
    boolean inTls = listener.tls().filter(tls -> tls.use() == ListenerTls.Use.IMPLICIT).isPresent();
    return new Status.Listener(listener.name(), shown, trouble(address, inTls));
  }

  private String trouble(InetSocketAddress address, boolean inTls) {
    InetAddress host = address.getAddress();
    InetAddress asked = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(asked, address.getPort()), waitMillis);
      socket.setSoTimeout(waitMillis);
      if (!inTls) {
        return greeting(socket);
      }
      // Whoever it is: the certificate is looked at elsewhere, and nothing is told here.
      Server anybody = new Server(asked.getHostAddress(), asked, address.getPort());
      try (Socket secured = new Handshake().over(socket, anybody, false)) {
        return greeting(secured);
      }
    } catch (IOException e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  /** Empty if somebody there speaks SMTP; one whom we may not ask refuses us, and speaks it. */
  private static String greeting(Socket socket) throws IOException {
    byte[] greeting = new byte[LINE_MAX];
    int octets = socket.getInputStream().read(greeting);
    String line = new String(greeting, 0, Math.max(0, octets), US_ASCII).strip();
    if (line.matches("(?s)[25]\\d\\d[ -].*")) {
      socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
      return "";
    }
    return line.isEmpty() ? "it closes the connection without a word" : "it says " + line;
  }
}
