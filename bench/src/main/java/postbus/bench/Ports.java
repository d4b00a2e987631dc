package postbus.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports of loopback, below those that connections leave from, so that none of the many
 * connections of a measurement takes one before its server does.
 */
final class Ports {
  private static final int FIRST = 11_000;
  private static final int LAST = 29_999;
  private static final AtomicInteger NEXT =
      new AtomicInteger(FIRST + (int) (ProcessHandle.current().pid() * 97 % (LAST - FIRST)));

  private Ports() {}

  static int free() {
    for (int tried = FIRST; tried <= LAST; tried++) {
      int port = NEXT.getAndUpdate(last -> last < LAST ? last + 1 : FIRST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        return port;
      } catch (IOException e) {
        // Somebody else's.
      }
    }
    throw new Unmeasured("no port from " + FIRST + " to " + LAST + " is free");
  }
}
