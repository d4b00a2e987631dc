package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import postbus.dns.DnsRecords;
import postbus.dns.RecordLookup;
import postbus.log.Alarm;
import postbus.log.Breaker;

/**
 * Decides whether the name servers are worth asking. Whenever they do not say, they are tried with
 * a name that nobody has and no stranger's server answers for; if they fail that several times in a
 * row, no mail waits for them until they pass. So dead servers hold up little, and a stranger whose
 * own server is dead takes nothing from others.
 */
final class NameServers {
  private static final int FAILURES_MAX = 3;
  static final Duration TRY_EVERY = Duration.ofSeconds(1);
  private static final Duration TRY_WAIT = Duration.ofSeconds(2);

  private static final Logger LOG = Logger.getLogger(NameServers.class);
  private static final Executor THREADS = Thread::startVirtualThread;

  private final RecordLookup dns;
  private final Breaker breaker = new Breaker(FAILURES_MAX, TRY_EVERY, System::nanoTime);
  private final AtomicLong tryAt = new AtomicLong(System.nanoTime());
  private volatile boolean away;

  NameServers(RecordLookup dns) {
    this.dns = dns;
  }

  /** For questions of which all together take at most this long; while servers are away, none. */
  DnsRecords within(Duration limit) {
    if (away) {
      tryThem();
      return new Away();
    }
    return new Watched(dns.within(limit));
  }

  /** Once in a while, and nobody waits for it. */
  private void tryThem() {
    long now = System.nanoTime();
    long due = tryAt.get();
    if (now - due >= 0 && tryAt.compareAndSet(due, now + TRY_EVERY.toNanos())) {
      THREADS.execute(() -> {
        String name = Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".invalid";
        note(dns.within(TRY_WAIT).addresses(name, DnsRecords.Kind.V4));
      });
    }
  }

  private void note(DnsRecords.Answer<InetAddress> answer) {
    if (answer instanceof DnsRecords.Unknown<InetAddress>(String why)) {
      if (breaker.failed()) {
        away = true;
        Alarm.DNS_AWAY.raise(
            LOG,
            "the name servers failed %d times in a row: SPF, DKIM and DMARC come to temperror until"
                + " they answer: %s",
            FAILURES_MAX,
            why);
      }
    } else if (breaker.answered()) {
      away = false;
      LOG.info("The name servers answer again.");
    }
  }

  /** Whatever is not said may be their fault. */
  private final class Watched implements DnsRecords {
    private final DnsRecords asked;

    Watched(DnsRecords asked) {
      this.asked = asked;
    }

    @Override
    public Answer<String> texts(String name) {
      return watched(asked.texts(name));
    }

    @Override
    public Answer<InetAddress> addresses(String name, Kind kind) {
      return watched(asked.addresses(name, kind));
    }

    @Override
    public Answer<String> exchangers(String name) {
      return watched(asked.exchangers(name));
    }

    @Override
    public Answer<String> hosts(InetAddress address) {
      return watched(asked.hosts(address));
    }

    private <T> Answer<T> watched(Answer<T> answer) {
      if (answer instanceof Unknown<T>) {
        tryThem();
      }
      return answer;
    }
  }

  /** Nobody is asked. */
  private record Away() implements DnsRecords {
    private static final String WHY = "the name servers are away";

    @Override
    public Answer<String> texts(String name) {
      return new Unknown<>(WHY);
    }

    @Override
    public Answer<InetAddress> addresses(String name, Kind kind) {
      return new Unknown<>(WHY);
    }

    @Override
    public Answer<String> exchangers(String name) {
      return new Unknown<>(WHY);
    }

    @Override
    public Answer<String> hosts(InetAddress address) {
      return new Unknown<>(WHY);
    }
  }
}
