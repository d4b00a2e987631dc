package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener on a real IPv6 address. */
@Timeout(120)
class Ipv6ListenerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("::1");

  @TempDir private Path folder;

  @Test
  void aMailOverIpv6IsTakenAndItsTraceSaysSo() throws Exception {
    assumeTrue(hasIpv6(), "this machine has no IPv6");
    try (RunningServer server = new RunningServer(folder, Sites.at(LOOPBACK));
        SmtpPeer peer = SmtpPeer.over(new Socket(LOOPBACK, server.port("mx")))) {
      peer.mail("[IPv6:::1]").send("Subject: x", "", "x", ".").says("250 2.0.0");
      peer.send("QUIT").says("221").closes();
      assertThat(server.client().address()).isEqualTo("0:0:0:0:0:0:0:1");
      assertThat(server.received()).startsWith("from [IPv6:::1] ([IPv6:0:0:0:0:0:0:0:1])");
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket _ = new ServerSocket(0, 1, LOOPBACK)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
