package postbus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.site.HostList;
import postbus.site.ListenerTls;
import postbus.site.Site;
import postbus.smtp.Handshake;
import postbus.smtp.Server;

/**
 * Asks whether listeners take mail: whether they greet who connects, and would begin a mail from
 * him. It names no recipient, so that nothing comes of it. One that is behind a proxy is asked as
 * the proxy's own health checks do, where it counts this host as a proxy; otherwise only whether
 * somebody is there.
 */
final class ListenerCheck {
  private static final String NO_WORD = "it closes the connection without a word";

  /**
   * A header of version 2 of haproxy's protocol with the command LOCAL: whoever connects means
   * himself.
   */
  private static final byte[] LOCAL =
      HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20" + "00" + "0000");

  private static final int LINE_MAX = 512;
  private static final int LINES_MAX = 100;

  private final int waitMillis;

  /**
   * @param wait for a connection, and once more for each octet that is read
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
    return new Status.Listener(listener.name(), shown, trouble(listener, inTls));
  }

  private String trouble(Site.Listener listener, boolean inTls) {
    InetSocketAddress address = listener.address();
    InetAddress host = address.getAddress();
    InetAddress asked = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(asked, address.getPort()), waitMillis);
      socket.setSoTimeout(waitMillis);
      Optional<HostList> proxies = listener.frontEnds().proxies();
      if (proxies.isPresent()) {
        if (!proxies.get().contains(socket.getLocalAddress())) {
          return ""; // It speaks with its proxies alone.
        }
        socket.getOutputStream().write(LOCAL);
      }
      if (!inTls) {
        return word(socket);
      }
      // Whoever it is: the certificate is looked at elsewhere, and nothing is told here.
      Server anybody = new Server(asked.getHostAddress(), asked, address.getPort());
      try (Socket secured = new Handshake().over(socket, anybody, false)) {
        return word(secured);
      }
    } catch (IOException e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  /**
   * Empty if somebody there speaks SMTP, and nothing holds up all mail. One whom we may not ask
   * refuses us for good, and speaks it; one that wants TLS or a login first likewise.
   */
  private static String word(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    String greeting = reply(in);
    if (greeting.isEmpty()) {
      return NO_WORD;
    }
    if (!greeting.matches("[25]\\d\\d[ -].*")) {
      return "it says " + greeting;
    }
    String last = greeting;
    for (String command : List.of("EHLO status.invalid", "MAIL FROM:<>")) {
      if (last.startsWith("2")) {
        socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
        last = reply(in);
      }
    }
    socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
    if (last.isEmpty()) {
      return NO_WORD;
    }
    return last.startsWith("4") ? "it says " + last : "";
  }

  /** The last line of a reply; empty if the connection ends before it does. */
  private static String reply(InputStream in) throws IOException {
    for (int lines = 0; lines < LINES_MAX; lines++) {
      String line = line(in);
      if (!line.matches("\\d\\d\\d-.*")) {
        return line;
      }
    }
    return "";
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read();
        octet >= 0 && octet != '\n' && line.size() < LINE_MAX;
        octet = in.read()) {
      line.write(octet);
    }
    return line.toString(US_ASCII).strip();
  }
}
