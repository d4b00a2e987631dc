package postbus.ingress;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of one listener, and those of each client. Safe for all threads. */
final class ConnectionCounts {
  private final int max;
  private final int perClientMax;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentMap<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

  ConnectionCounts(int max, int perClientMax) {
    this.max = max;
    this.perClientMax = perClientMax;
  }

  /** Counts a connection, which {@link #left} ends; false if it is one too many. */
  boolean came(InetAddress client, boolean trusted) {
    int connections = all.incrementAndGet();
    int ofClient = byClient.merge(client, 1, Integer::sum);
    return connections <= max && (trusted || ofClient <= perClientMax);
  }

  void left(InetAddress client) {
    all.decrementAndGet();
    byClient.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
  }
}
