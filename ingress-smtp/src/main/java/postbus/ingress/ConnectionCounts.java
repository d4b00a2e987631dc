package postbus.ingress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections of one listener, and those of each client; an IPv6 client is its network
 * of 64 bits, all of whose addresses are at his disposal. A part of all places is not for
 * strangers, so that they cannot shut out our own hosts. Safe for all threads.
 */
final class ConnectionCounts {
  private static final int NETWORK_OCTETS = 8;

  /** One place of so many is not for strangers. */
  private static final int RESERVED_OF = 10;

  private final int max;
  private final int perClientMax;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

  ConnectionCounts(int max, int perClientMax) {
    this.max = max;
    this.perClientMax = perClientMax;
  }

  /** A connection of this client, until it {@link Place#leave}s. */
  Place come(InetAddress client, boolean ours) {
    all.incrementAndGet();
    return new Place(client, ours);
  }

  /** What one connection takes of the listener. Used by one thread. */
  final class Place {
    private InetAddress counted;
    private boolean full;

    private Place(InetAddress client, boolean ours) {
      this.counted = network(client);
      this.full = isFull(ours);
    }

    private boolean isFull(boolean ours) {
      int ofClient = byClient.merge(counted, 1, Integer::sum);
      int open = ours ? max : max - max / RESERVED_OF;
      return all.get() > open || (!ours && ofClient > perClientMax);
    }

    /** Whether it is one too many. */
    boolean isFull() {
      return full;
    }

    /** The connection counts for this client from now on. */
    void give(InetAddress client, boolean ours) {
      release();
      counted = network(client);
      full = isFull(ours);
    }

    void leave() {
      all.decrementAndGet();
      release();
    }

    private void release() {
      byClient.computeIfPresent(counted, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private static InetAddress network(InetAddress client) {
    if (!(client instanceof Inet6Address)) {
      return client;
    }
    byte[] octets = client.getAddress();
    Arrays.fill(octets, NETWORK_OCTETS, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of the same length", e);
    }
  }
}
