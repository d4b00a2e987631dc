package postbus.ingress;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides how long a client must keep silent before its greeting: one that cannot wait is no mail
 * server. A client whose mail was accepted has shown what it is, and waits no more for a day (as
 * Postfix's postscreen remembers who passed). Safe for all threads.
 */
final class GreetingPause {
  /** Clients that are remembered; of more, those that came first are forgotten. */
  static final int KNOWN_MAX = 20_000;

  /** How long a client is known after a mail that was accepted. */
  static final Duration KNOWN_FOR = Duration.ofDays(1);

  private final long pauseMillis;
  private final LongSupplier nanoClock;
  private final Map<InetAddress, Long> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /**
   * @param pause of a client that is not known; zero for none
   */
  GreetingPause(Duration pause, LongSupplier nanoClock) {
    this.pauseMillis = pause.toMillis();
    this.nanoClock = nanoClock;
  }

  /** How long this client must wait, in ms; 0 for not at all. */
  synchronized long millis(InetAddress client) {
    Long since = known.get(client);
    return since != null && nanoClock.getAsLong() - since < KNOWN_FOR.toNanos() ? 0 : pauseMillis;
  }

  /** A mail of this client was accepted. */
  synchronized void knows(InetAddress client) {
    known.put(client, nanoClock.getAsLong());
  }
}
