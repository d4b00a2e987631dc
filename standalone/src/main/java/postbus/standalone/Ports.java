package postbus.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import postbus.site.Site;

/** Looks, before anything is started, whether the listeners' addresses are to be had. */
final class Ports {
  private Ports() {}

  static void requireFree(Site site) throws StartFailure {
    for (Site.Listener listener : site.listeners().values()) {
      InetSocketAddress address = listener.address();
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(address);
      } catch (IOException e) {
        throw new StartFailure(
            "listener "
                + listener.name()
                + ": cannot listen on "
                + address.getAddress().getHostAddress()
                + ":"
                + address.getPort()
                + ": "
                + e.getMessage());
      }
    }
  }
}
