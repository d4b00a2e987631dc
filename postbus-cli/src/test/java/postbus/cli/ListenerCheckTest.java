package postbus.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import postbus.site.FrontEnds;
import postbus.site.HostList;
import postbus.site.ListenerTls;
import postbus.site.Site;
import postbus.testkit.TestCertificate;

/** Whether a listener takes mail, as {@code ./postbus status} asks it. */
class ListenerCheckTest {
  private static final ListenerTls IN_TLS =
      new ListenerTls(ListenerTls.Use.IMPLICIT, Path.of("certificate"), Path.of("key"));

  private final ListenerCheck check = new ListenerCheck(Duration.ofSeconds(30));

  @Test
  void oneThatIsInTlsFromTheFirstOctetIsAskedInTls() throws Exception {
    try (ServerSocket server =
        context().getServerSocketFactory().createServerSocket(0, 5, loopback())) {
      Thread.startVirtualThread(() -> talk(server, "220 mx", "250 mx", "250 go on"));

      assertThat(check.look(listener(server, Optional.of(IN_TLS))).trouble()).isEmpty();
    }
  }

  @Test
  void oneInClearTextIsAskedSo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, loopback())) {
      Thread.startVirtualThread(
          () -> talk(server, "220 mx", "250-mx\r\n250 SIZE", "530 5.7.0 TLS first"));

      assertThat(check.look(listener(server, Optional.empty())).trouble()).isEmpty();
    }
  }

  @Test
  void oneThatGreetsButBeginsNoMailIsInTrouble() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, loopback())) {
      Thread.startVirtualThread(
          () -> talk(server, "220 mx", "250-mx\r\n250 SIZE", "452 4.3.1 No room"));

      assertThat(check.look(listener(server, Optional.empty())).trouble())
          .isEqualTo("it says 452 4.3.1 No room");
    }
  }

  @Test
  void oneBehindAProxyIsAskedAsTheProxysOwnChecksDo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, loopback())) {
      Site.Listener proxied = behind("127.0.0.0", server);
      Thread.startVirtualThread(() -> talkToProxy(server, "220 mx", "250 mx", "452 4.3.1 No room"));

      assertThat(check.look(proxied).trouble()).isEqualTo("it says 452 4.3.1 No room");
    }
  }

  @Test
  void oneWhoseProxiesAreElsewhereIsOnlyConnectedTo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, loopback())) {
      assertThat(check.look(behind("192.0.2.0", server)).trouble()).isEmpty();
    }
  }

  @Test
  void oneThatIsNotForUsIsInNoTrouble() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, loopback())) {
      Thread.startVirtualThread(() -> talk(server, "554 5.7.1 Not open to your address"));

      assertThat(check.look(listener(server, Optional.empty())).trouble()).isEmpty();
    }
  }

  @Test
  void oneThatDoesNotAnswerIsInTrouble() throws Exception {
    ServerSocket gone = new ServerSocket(0, 5, loopback());
    gone.close();

    assertThat(check.look(listener(gone, Optional.of(IN_TLS))).trouble()).contains("refused");
  }

  /** Says one thing before each line of the client; the last of these is QUIT. */
  private static void talk(ServerSocket server, String... says) {
    try {
      talk(server.accept(), says);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same to a client that begins with a header of version 2, about itself. */
  private static void talkToProxy(ServerSocket server, String... says) {
    try {
      Socket client = server.accept();
      byte[] header = client.getInputStream().readNBytes(16);
      assertThat(header)
          .startsWith("\r\n\r\n\0\r\nQUIT\n".getBytes(US_ASCII))
          .endsWith(0x20, 0, 0, 0);
      talk(client, says);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void talk(Socket accepted, String... says) throws IOException {
    try (Socket client = accepted;
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()))) {
      String line = "";
      for (String reply : says) {
        client.getOutputStream().write((reply + "\r\n").getBytes(US_ASCII));
        line = in.readLine();
      }
      assertThat(line).isEqualTo("QUIT");
    }
  }

  private static Site.Listener behind(String network, ServerSocket server) {
    var proxies = List.of(new HostList.Network(InetAddress.ofLiteral(network), 24));
    return listener(
        server,
        Optional.empty(),
        new FrontEnds(
            Optional.of(new HostList("proxies", proxies)), new HostList("nobody", List.of())));
  }

  private static Site.Listener listener(ServerSocket server, Optional<ListenerTls> tls) {
    return listener(server, tls, FrontEnds.NONE);
  }

  private static Site.Listener listener(
      ServerSocket server, Optional<ListenerTls> tls, FrontEnds frontEnds) {
    InetSocketAddress address = new InetSocketAddress(loopback(), server.getLocalPort());
    return new Site.Listener(
        "it",
        address,
        Optional.empty(),
        new HostList("nobody", List.of()),
        frontEnds,
        tls,
        Site.Auth.NEVER,
        "");
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static SSLContext context() throws Exception {
    TestCertificate made = TestCertificate.of("mx");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("mx", made.key(), new char[0], new Certificate[] {made.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
