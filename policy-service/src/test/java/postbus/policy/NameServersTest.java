package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import postbus.dns.DnsRecords;
import postbus.dns.DnsSettings;
import postbus.dns.RecordLookup;
import postbus.dns.ThisHost;
import postbus.testkit.LoopbackDns;

/** Dead name servers hold up few mails, and a stranger's dead one only his own. */
class NameServersTest {
  private static final Duration LIMIT = Duration.ofMillis(300);

  private static NameServers asking(InetSocketAddress server) {
    return new NameServers(
        new RecordLookup(
            new DnsSettings(
                List.of(server),
                LIMIT,
                Duration.ZERO,
                _ -> false,
                new ThisHost(Set.of(), Set.of()))));
  }

  private static Duration took(NameServers servers, String name) {
    long begin = System.nanoTime();
    assertThat(servers.within(LIMIT).texts(name)).isInstanceOf(DnsRecords.Unknown.class);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void whileAllIsSilentNobodyWaitsAndOnceItAnswersAllAreAskedAgain() throws Exception {
    InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DatagramSocket socket = new DatagramSocket(here)) {
      NameServers servers = asking((InetSocketAddress) socket.getLocalSocketAddress());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> took(servers, "a.example").compareTo(Duration.ofMillis(50)) < 0);
      Thread.ofVirtual().start(() -> answer(socket));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> servers.within(LIMIT).texts("a.example") instanceof DnsRecords.Nothing<?>);
    }
  }

  /** There is no such domain, whichever is asked about. */
  private static void answer(DatagramSocket socket) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        socket.receive(packet);
        packet.getData()[2] |= (byte) 0x80;
        packet.getData()[3] = 3;
        socket.send(packet);
      }
    } catch (IOException _) {
      // The test has ended.
    }
  }

  @Test
  void aStrangersDeadServerTakesNothingFromOthers() throws IOException {
    try (LoopbackDns dns = LoopbackDns.serving("good.example. TXT \"x\"").failing("bad.example")) {
      NameServers servers = asking(dns.address());
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            took(servers, "bad.example");
            return servers.within(LIMIT).texts("good.example") instanceof DnsRecords.Found<?>;
          });
    }
  }
}
