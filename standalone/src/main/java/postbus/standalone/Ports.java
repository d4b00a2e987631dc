package postbus.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
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

  /** That many ports of 127.0.0.1, all different, that nobody had a moment ago. */
  static List<Integer> free(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
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
