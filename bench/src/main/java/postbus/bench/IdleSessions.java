package postbus.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Connections that say nothing after the greeting. */
final class IdleSessions implements AutoCloseable {
  /** From one address; there are as many addresses as are needed. */
  private static final int OF_ONE_ADDRESS = 500;

  private static final Duration GREETING_WAIT = Duration.ofMinutes(2);

  private final List<SocketChannel> channels = new ArrayList<>();
  private int greeted;

  private IdleSessions() {}

  /** Returns when each has been greeted. */
  static IdleSessions open(int port, int count) throws IOException {
    IdleSessions sessions = new IdleSessions();
    for (int i = 0; i < count; i++) {
      int host = i / OF_ONE_ADDRESS;
      SocketChannel channel = SocketChannel.open();
      sessions.channels.add(channel);
      channel.bind(
          new InetSocketAddress(
              InetAddress.getByAddress(new byte[] {127, 0, 77, (byte) (host + 1)}), 0));
      channel.connect(new InetSocketAddress("127.0.0.1", port));
      channel.configureBlocking(false);
    }
    if (!Waits.until(GREETING_WAIT, sessions::areGreeted)) {
      sessions.close();
      throw new Unmeasured(
          "of %,d sessions %,d were greeted".formatted(count, sessions.greeted));
    }
    return sessions;
  }

  private boolean areGreeted() {
    ByteBuffer greeting = ByteBuffer.allocate(512);
    try {
      while (greeted < channels.size()) {
        int octets = channels.get(greeted).read(greeting.clear());
        if (octets == 0) {
          return false;
        }
        if (octets < 0 || greeting.get(0) != '2') {
          throw new Unmeasured("session " + greeted + " was turned away");
        }
        greeted++;
      }
      return true;
    } catch (IOException e) {
      throw new Unmeasured("session " + greeted + ": " + e);
    }
  }

  int greeted() {
    return greeted;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
