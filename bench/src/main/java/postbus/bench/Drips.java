package postbus.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Servers that greet with an octet a second, without end. */
final class Drips {
  private final List<Integer> ports = new ArrayList<>();

  Drips(int servers) throws IOException {
    for (int i = 0; i < servers; i++) {
      ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
      ports.add(server.getLocalPort());
      Thread.ofPlatform().daemon().start(() -> accept(server));
    }
  }

  List<Integer> ports() {
    return ports;
  }

  private static void accept(ServerSocket server) {
    while (true) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> drip(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void drip(Socket socket) {
    try (socket) {
      OutputStream out = socket.getOutputStream();
      out.write('2');
      out.write('2');
      out.write('0');
      out.write('-');
      while (true) {
        Waits.pause(Duration.ofSeconds(1));
        out.write('x');
      }
    } catch (IOException e) {
      // The deliverer gave up.
    }
  }
}
