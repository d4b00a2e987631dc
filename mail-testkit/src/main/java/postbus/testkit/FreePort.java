package postbus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that a test is about to start, and for those that are dead. Linux gives none of
 * them to connections that ask for no port, so that no client of another test can come first.
 */
public final class FreePort {
  private static final int LOWEST = 16_384;
  private static final int CLIENT_PORTS = 32_768;
  private static final int TRIED_MAX = 100;

  /** Whoever asks for ten before he listens at the first gets ten. */
  private static final AtomicInteger TURN =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(CLIENT_PORTS - LOWEST));

  private FreePort() {}

  /** A port of 127.0.0.1. */
  public static int here() {
    return of("127.0.0.1");
  }

  /** A port of an address of this host at which nobody listens. */
  public static int of(String address) {
    IOException taken = new IOException("no port of " + address + " was free");
    for (int i = 0; i < TRIED_MAX; i++) {
      int port = LOWEST + Math.floorMod(TURN.getAndIncrement(), CLIENT_PORTS - LOWEST);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral(address))) {
        return port;
      } catch (IOException e) {
        taken.addSuppressed(e);
      }
    }
    throw new UncheckedIOException(taken);
  }
}
