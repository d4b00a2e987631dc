package postbus.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import postbus.site.Site;

/** Looks, before anything is started, whether the addresses to listen on are to be had. */
final class Ports {
  private Ports() {}

  static void requireFree(Site site, InetSocketAddress management) throws StartFailure {
    for (Site.Listener listener : site.listeners().values()) {
      requireFree("listener " + listener.name(), listener.address());
    }
    requireFree("metrics (--management-port)", management);
  }

  /** A port of 127.0.0.1 that nobody had a moment ago. */
  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void requireFree(String whose, InetSocketAddress address) throws StartFailure {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new StartFailure(
          "%s: cannot listen on %s:%d: %s"
              .formatted(
                  whose, address.getAddress().getHostAddress(), address.getPort(), e.getMessage()));
    }
  }
}
