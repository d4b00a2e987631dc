package postbus.policy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import postbus.site.HostList.Network;

/**
 * A bucket of tokens for each network: it holds what may be taken in a minute, and fills evenly. Of
 * a bucket all that is kept is when it will be full, so one that nobody took from for a minute is
 * worth nothing; of more networks than there is room for, the one that was silent the longest is
 * forgotten. Safe for all threads.
 */
final class NetworkRates {
  /** Networks that are remembered. */
  static final int NETWORKS_MAX = 50_000;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final long tokenNanos;
  private final LongSupplier nanoClock;

  @SuppressWarnings("serial") // Nobody writes it anywhere.
  private final Map<Network, Long> fullAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Network, Long> eldest) {
          return size() > NETWORKS_MAX;
        }
      };

  NetworkRates(int perMinute, LongSupplier nanoClock) {
    this.tokenNanos = MINUTE_NANOS / perMinute;
    this.nanoClock = nanoClock;
  }

  /** Takes a token, if there is one. */
  synchronized boolean take(Network network) {
    long now = nanoClock.getAsLong();
    Long known = fullAt.get(network);
    long full = known == null || known - now < 0 ? now : known;
    if (full + tokenNanos - now > MINUTE_NANOS) {
      return false;
    }
    fullAt.put(network, full + tokenNanos);
    return true;
  }

  synchronized int remembered() {
    return fullAt.size();
  }
}
