package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A load balancer at 127.0.2.1 before the listener "proxied" (haproxy's proxy-protocol.txt). */
class ProxyProtocolTest {
  private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP_4 = 0x11;
  private static final int TCP_6 = 0x21;
  private static final int UNIX = 0x31;
  private static final int SEED = 1204;

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    Metrics.addRegistry(meters);
    server = new RunningServer(folder, Sites.small());
  }

  @AfterEach
  void stop() {
    server.close();
    Metrics.removeRegistry(meters);
  }

  @Test
  void theAddressOfVersion1CountsAsTheClients() throws IOException {
    try (SmtpPeer peer = balancer()) {
      peer.raw("PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n").mail("x.example").send(".");
      peer.says("250 2.0.0");
    }
    assertThat(server.client().address()).isEqualTo("192.0.2.7");
    assertThat(server.client().trusted()).isFalse();
    assertThat(server.received()).contains("from x.example ([192.0.2.7])");
  }

  @Test
  void anIpv6ClientIsOneToo() throws IOException {
    try (SmtpPeer peer = balancer()) {
      peer.raw("PROXY TCP6 2001:db8::7 ::1 4711 25\r\n").mail("x.example").send(".");
      peer.says("250 2.0.0");
    }
    assertThat(server.received()).contains("([IPv6:2001:db8:0:0:0:0:0:7])");
  }

  @Test
  void version2WithItsExtrasInPieces() throws IOException {
    byte[] extras = {4, 0, 2, 'x', 'y', (byte) 0xea, 0, 1, 'z'};
    String header = version2(PROXY, TCP_4, ip("127.0.1.9"), ip("127.0.0.1"), extras);
    try (SmtpPeer peer = balancer()) {
      for (char octet : header.toCharArray()) {
        peer.raw(String.valueOf(octet));
      }
      peer.mail("app.example").send(".").says("250 2.0.0");
    }
    assertThat(server.client().address()).isEqualTo("127.0.1.9");
    assertThat(server.client().trusted()).as("an application server").isTrue();
  }

  @Test
  void version2WithAnIpv6Client() throws IOException {
    try (SmtpPeer peer = balancer()) {
      peer.raw(version2(PROXY, TCP_6, ip("2001:db8::7"), ip("::1"), new byte[0]));
      peer.mail("x.example").send(".").says("250 2.0.0");
    }
    assertThat(server.client().address()).isEqualTo("2001:db8:0:0:0:0:0:7");
  }

  @Test
  void whoIsAskedForNobodyIsTheBalancerItself() throws IOException {
    for (String header :
        new String[] {
          "PROXY UNKNOWN\r\n",
          "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n",
          version2(LOCAL, 0, new byte[0], new byte[0], new byte[0])
        }) {
      try (SmtpPeer peer = balancer()) {
        peer.raw(header).mail("check.example").send(".").says("250 2.0.0");
      }
      assertThat(server.client().address()).as(header).isEqualTo("127.0.2.1");
    }
  }

  @Test
  void whoIsNoBalancerIsCutOffWhateverHeSays() throws IOException {
    for (InetAddress other : new InetAddress[] {Sites.OUTSIDER, Sites.APP_SERVER}) {
      try (SmtpPeer peer = server.from(other, "proxied")) {
        peer.raw("PROXY TCP4 127.0.1.1 127.0.0.1 4711 25\r\n").isCutOff();
      }
    }
    assertThat(cutOff("not-a-proxy")).isEqualTo(2);
    assertThat(server.sessions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EHLO app.example\r\n",
        "PROXY TCP4 192.0.2.300 127.0.0.1 4711 25\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 4711\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 4711 70000\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 4711 25 and so on and so on and so on and so on and so on"
            + " and so on and so on\r\n",
        "PROXY UDP4 192.0.2.7 127.0.0.1 4711 25\r\n",
        "\r\n\r\n\0\r\nQUIT\n\u0031\u0011\0\u000c1234567890ab",
        "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u00041234"
      })
  void aMalformedHeaderIsTheEnd(String header) throws IOException {
    try (SmtpPeer peer = balancer()) {
      peer.raw(header).isCutOff();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> cutOff("proxy-header") == 1);
    assertThat(server.sessions()).isZero();
  }

  @Test
  void aSocketOfAFileSystemIsNoClient() throws IOException {
    byte[] path = Arrays.copyOf("/run/balancer.sock".getBytes(ISO_8859_1), 108);
    try (SmtpPeer peer = balancer()) {
      peer.raw(version2(PROXY, UNIX, path, path)).isCutOff();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> cutOff("proxy-header") == 1);
    assertThat(server.sessions()).isZero();
  }

  @Test
  void aBalancerThatDawdlesIsCutOff() throws IOException {
    long begin = System.nanoTime();
    try (SmtpPeer peer = balancer()) {
      peer.raw("PROXY TCP4 192").isCutOff();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(ProxiedServer.HEADER_WAIT, ProxiedServer.HEADER_WAIT.multipliedBy(2));
    assertThat(cutOff("proxy-header")).isEqualTo(1);
  }

  @Test
  void connectionsAreCountedForTheClient() throws IOException {
    try (SmtpPeer a = proxied("2001:db8::1");
        SmtpPeer b = proxied("2001:db8::2");
        SmtpPeer c = proxied("2001:db8::3");
        SmtpPeer d = proxied("2001:db8::4")) {
      for (SmtpPeer peer : new SmtpPeer[] {a, b, c, d}) {
        peer.says("220");
      }
      try (SmtpPeer sameNetwork = proxied("2001:db8::ffff:1");
          SmtpPeer another = proxied("2001:db8:0:1::1")) {
        sameNetwork.says("421 4.7.0").closes();
        another.says("220");
      }
    }
  }

  @Test
  void mutatedHeadersNeverMakeASessionOfAnybodyElse() throws IOException {
    Random random = new Random(SEED);
    byte[] good =
        version2(PROXY, TCP_4, ip("192.0.2.7"), ip("127.0.0.1"), new byte[0]).getBytes(ISO_8859_1);
    byte[] old = "PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n".getBytes(ISO_8859_1);
    for (int i = 0; i < 300; i++) {
      byte[] header = (random.nextBoolean() ? good : old).clone();
      header[random.nextInt(12)] ^= (byte) (1 + random.nextInt(255));
      byte[] cut = Arrays.copyOf(header, 1 + random.nextInt(header.length));
      try (SmtpPeer peer = balancer()) {
        peer.raw(new String(cut, ISO_8859_1)).raw("x".repeat(110) + "\r\n").isCutOff();
      }
    }
    assertThat(server.sessions()).isZero();
  }

  private SmtpPeer balancer() throws IOException {
    return server.from(Sites.BALANCER, "proxied");
  }

  private SmtpPeer proxied(String client) throws IOException {
    return balancer().raw("PROXY TCP6 " + client + " ::1 4711 25\r\n");
  }

  private double cutOff(String reason) {
    return meters
        .get("postbus.ingress.cut.off")
        .tag("listener", "proxied")
        .tag("reason", reason)
        .counter()
        .count();
  }

  private static byte[] ip(String address) {
    return InetAddress.ofLiteral(address).getAddress();
  }

  /** Without ports and extras. */
  private static String version2(int command, int family, byte[] from, byte[] to) {
    return version2(command, family, from, to, 0, new byte[0]);
  }

  private static String version2(int command, int family, byte[] from, byte[] to, byte[] extras) {
    return version2(command, family, from, to, from.length == 0 ? 0 : 4, extras);
  }

  private static String version2(
      int command, int family, byte[] from, byte[] to, int ports, byte[] extras) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(command);
    header.write(family);
    int length = from.length + to.length + ports + extras.length;
    header.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
    header.writeBytes(from);
    header.writeBytes(to);
    header.writeBytes(new byte[ports]);
    header.writeBytes(extras);
    return header.toString(ISO_8859_1);
  }
}
