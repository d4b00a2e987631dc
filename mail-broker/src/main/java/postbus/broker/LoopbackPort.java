package postbus.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of 127.0.0.1, found out by binding them. */
final class LoopbackPort {
  static final String HOST = "127.0.0.1";

  private LoopbackPort() {}

  /**
   * A port that could be bound a moment ago: {@code wanted}, or any free one if that is 0. Somebody
   * else may still take it before the broker does; then the broker's own start fails.
   */
  static int free(int wanted) {
    try {
      return bound(wanted);
    } catch (IOException taken) {
      throw new BrokerStartFailure("port in use: " + HOST + ":" + wanted, taken);
    }
  }

  /** That port if it is free, another one otherwise. */
  static int freePreferably(int wanted) {
    try {
      return bound(wanted);
    } catch (IOException | IllegalArgumentException taken) {
      return free(0);
    }
  }

  private static int bound(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      // As Kafka binds it: connections of a former broker that linger do not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), wanted));
      return socket.getLocalPort();
    }
  }
}
