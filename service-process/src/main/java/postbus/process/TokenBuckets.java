package postbus.process;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A bucket of tokens for each client: it holds what may be taken in a period, and fills evenly. Of
 * a bucket all that is kept is when it will be full, so one that nobody took from for a period is
 * worth nothing; of more clients than there is room for, the one that was silent the longest is
 * forgotten. Safe for all threads.
 *
 * @param <K> a client
 */
public final class TokenBuckets<K> {
  /** Clients that are remembered. */
  public static final int CLIENTS_MAX = 50_000;

  private final long periodNanos;
  private final long tokenNanos;
  private final LongSupplier nanoClock;

  @SuppressWarnings("serial") // Nobody writes it anywhere.
  private final Map<K, Long> fullAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
          return size() > CLIENTS_MAX;
        }
      };

  public TokenBuckets(int perPeriod, Duration period, LongSupplier nanoClock) {
    this.periodNanos = period.toNanos();
    this.tokenNanos = periodNanos / perPeriod;
    this.nanoClock = nanoClock;
  }

  /** Takes a token, if there is one. */
  public synchronized boolean take(K client) {
    long now = nanoClock.getAsLong();
    Long known = fullAt.get(client);
    long full = known == null || known - now < 0 ? now : known;
    if (full + tokenNanos - now > periodNanos) {
      return false;
    }
    fullAt.put(client, full + tokenNanos);
    return true;
  }

  /** Clients that are remembered now. */
  public synchronized int remembered() {
    return fullAt.size();
  }
}
