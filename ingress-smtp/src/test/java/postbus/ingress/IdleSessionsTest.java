package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of clients who say nothing (both ends of their connections are in this process). */
class IdleSessionsTest {
  private static final int IDLE = 3_000;
  private static final int PER_CLIENT = 4;
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void theyAreInNobodysWay() throws IOException {
    Assumptions.assumeThat(filesMax()).as("files that a process may open").isGreaterThan(3L * IDLE);
    List<SmtpPeer> idle = new ArrayList<>();
    try (RunningServer server = new RunningServer(folder, Sites.forThousands(2 * IDLE))) {
      for (int i = 0; i < IDLE; i++) {
        int client = i / PER_CLIENT;
        idle.add(
            server.from(InetAddress.ofLiteral("127.1." + client / 250 + "." + (1 + client % 250))));
      }
      await().atMost(SOON).until(() -> server.sessions() == IDLE);
      long begin = System.nanoTime();
      try (SmtpPeer busy = server.from(Sites.OUTSIDER)) {
        busy.mail("x.example").send("x", ".").says("250 2.0.0");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
      idle.getFirst().says("220").send("HELO idle.example").says("250");
      for (SmtpPeer peer : idle) {
        peer.close();
      }
      await().atMost(SOON).until(() -> server.sessions() == 0);
    }
  }

  private static long filesMax() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : 0;
  }
}
