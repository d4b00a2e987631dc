package postbus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
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

  private static ServerSocket listening() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getByName(LoopbackPort.HOST));
  }
}
