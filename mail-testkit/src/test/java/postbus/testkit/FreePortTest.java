package postbus.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {
  @Test
  void whoAsksForManyGetsEachOnceAndMayListenThereAndAbove() throws IOException {
    int[] ports = IntStream.generate(FreePort::here).limit(200).toArray();

    assertThat(ports).doesNotHaveDuplicates();
    for (int port : ports) {
      listen(port);
      listen(port + 1);
    }
  }

  @Test
  void theBlockThatAPortIsOfIsHeldAgainstOtherProcesses() {
    int first = FreePort.here() / 128 * 128;

    assertThatIOException().isThrownBy(() -> listen(first));
  }

  private static void listen(int port) throws IOException {
    new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
  }
}
