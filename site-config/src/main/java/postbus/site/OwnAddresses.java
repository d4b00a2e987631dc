package postbus.site;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The addresses of this host, what {@code @[]} stands for. */
final class OwnAddresses {
  private OwnAddresses() {}

  /**
   * @param bound of listeners and pools; one that is all addresses stands for all that the machine
   *     has
   */
  static Set<InetAddress> of(Stream<InetAddress> bound) {
    Set<InetAddress> own = new LinkedHashSet<>();
    bound.forEach(address -> {
      if (address.isAnyLocalAddress()) {
        own.addAll(ofTheMachine());
      } else {
        own.add(address);
      }
    });
    return own;
  }

  private static List<InetAddress> ofTheMachine() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    } catch (SocketException e) {
      return List.of(InetAddress.getLoopbackAddress());
    }
  }
}
