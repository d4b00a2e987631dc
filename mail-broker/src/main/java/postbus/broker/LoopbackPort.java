package postbus.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of 127.0.0.1, found out by binding them. */
final class LoopbackPort {
  static final String HOST = "127.0.0.1";

  /**
   * Where a port is looked for if any will do: Linux gives none of these to a connection that asks
   * for no port (those begin at 32768), so that none is taken between the look and the broker.
   */
  private static final int ANY_LOWEST = 10_000;

  private static final int ANY_END = 16_384;

  /** Each is looked at once, and the one after it is left for the controller. */
  private static final int ANY_STEP = 2;

  private static final AtomicInteger TURN =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(ANY_END - ANY_LOWEST));

  private LoopbackPort() {}

  /**
   * A port that could be bound a moment ago: {@code wanted}, or any free one if that is 0. Somebody
   * else may still take it before the broker does; then the broker's own start fails.
   */
  static int free(int wanted) {
    if (wanted == 0) {
      return any();
    }
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

  private static int any() {
    IOException last = new IOException("none was looked at");
    for (int looked = ANY_LOWEST; looked < ANY_END; looked += ANY_STEP) {
      int turn = Math.floorMod(TURN.getAndAdd(ANY_STEP), ANY_END - ANY_LOWEST);
      try {
        return bound(ANY_LOWEST + turn);
      } catch (IOException e) {
        last = e;
      }
    }
    throw new BrokerStartFailure("no port of %s is free".formatted(HOST), last);
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
