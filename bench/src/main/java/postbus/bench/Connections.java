package postbus.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Whether a server is there. */
final class Connections {
  private static final int CONNECT_MILLIS = 1_000;

  private Connections() {}

  /** Whether a port of loopback takes connections within that time. */
  static boolean isAccepted(int port, Duration atMost) {
    return Waits.until(atMost, () -> isAccepted(port));
  }

  private static boolean isAccepted(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
