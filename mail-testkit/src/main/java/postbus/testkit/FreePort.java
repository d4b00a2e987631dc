package postbus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that a test is about to start, and for those that are dead. Linux gives none of
 * them to connections that ask for no port, so that no client of another test can come first; and
 * no other JVM gives them to its tests, since each takes them from blocks of its own.
 */
public final class FreePort {
  private static final int LOWEST = 16_384;
  private static final int CLIENT_PORTS = 32_768;
  private static final int BLOCK = 128;

  /** The one above each is free too: a broker's controller takes it. */
  private static final int STEP = 2;

  private static final int BLOCKS = (CLIENT_PORTS - LOWEST) / BLOCK;

  /** Holds the first port of each block of this JVM, for as long as the JVM lives. */
  private static final List<ServerSocket> CLAIMS = new ArrayList<>();

  /** Whoever asks for ten before he listens at the first gets ten. */
  private static int next;

  private static int end;

  private FreePort() {}

  /** A port of 127.0.0.1. */
  public static int here() {
    return of("127.0.0.1");
  }

  /** A port of an address of this host at which nobody listens. */
  public static synchronized int of(String address) {
    IOException taken = new IOException("no port of " + address + " was free");
    for (int i = 0; i < BLOCK; i++) {
      if (next == end) {
        claim();
      }
      int port = next;
      next += STEP;
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral(address))) {
        return port;
      } catch (IOException e) {
        taken.addSuppressed(e);
      }
    }
    throw new UncheckedIOException(taken);
  }

  private static void claim() {
    int first = ThreadLocalRandom.current().nextInt(BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      int start = LOWEST + (first + i) % BLOCKS * BLOCK;
      try {
        CLAIMS.add(new ServerSocket(start, 1, InetAddress.ofLiteral("127.0.0.1")));
        next = start + STEP;
        end = start + BLOCK;
        return;
      } catch (IOException _) {
        continue; // Another JVM's, or this one's before.
      }
    }
    throw new IllegalStateException("no block of ports is free");
  }
}
