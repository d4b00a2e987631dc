package postbus.testkit;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ScriptedSmtpServerTest {
  @Test
  void whoeverConnectsAfterItsEndIsRefused() {
    for (int i = 0; i < 50; i++) {
      ScriptedSmtpServer server = ScriptedSmtpServer.start();
      server.close();
      assertThatIOException().isThrownBy(() -> connect(server));
    }
  }

  private static void connect(ScriptedSmtpServer server) throws IOException {
    new Socket(server.address(), server.port()).close();
  }
}
