package postbus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopbackPortTest {
  @Test
  void aPortThatMustBeFreeOrElse() throws Exception {
    try (ServerSocket taken = listening()) {
      assertThatThrownBy(() -> LoopbackPort.free(taken.getLocalPort()))
          .hasMessage("port in use: 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void aPortThatIsPreferredButNotInsistedOn() throws Exception {
    int free = LoopbackPort.free(0);
    assertThat(LoopbackPort.freePreferably(free)).isEqualTo(free);
    try (ServerSocket taken = listening()) {
      assertThat(LoopbackPort.freePreferably(taken.getLocalPort()))
          .isPositive()
          .isNotEqualTo(taken.getLocalPort());
    }
    assertThat(LoopbackPort.freePreferably(65_536)).as("beyond the last one").isPositive();
  }

  @Test
  void noPortIsGivenTwiceWhereAnyWillDo() {
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      int clients = LoopbackPort.free(0);
      assertThat(given.add(clients)).as("port %s, given before", clients).isTrue();
      assertThat(given.add(LoopbackPort.freePreferably(clients + 1))).isTrue();
    }
  }

  private static ServerSocket listening() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getByName(LoopbackPort.HOST));
  }
}
