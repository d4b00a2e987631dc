package postbus.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Single questions to DNS: CNAMEs followed, answers cached, at most so many at once, never past
 * their deadline. One that nobody waits for any more gives its place back when the server that is
 * being asked answers, or after the time for one try. The one file that knows dnsjava's exceptions.
 */
final class Lookups {
  /** Seconds that an answer is believed at most, whatever its TTL says. */
  private static final int POSITIVE_TTL_MAX_SECONDS = 3600;

  /** Answers that the cache holds, unless somebody wants fewer. */
  private static final int CACHED_MAX = 50_000;

  /**
   * Questions at the same time; more wait for their turn, within their limit. With 5,000 at once
   * hundreds of datagrams were lost, with 200 none.
   */
  private static final int IN_FLIGHT_MAX = 200;

  /** Times that each server is asked within the limit: a datagram may get lost. */
  private static final int TRIES = 3;

  private final Cache cache;
  private final Resolver servers;
  private final QuestionDeadlines deadlines = new QuestionDeadlines();
  private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

  /** What one question came to. */
  sealed interface Looked {

    /** At least one record of the type asked for. */
    record Records(List<Record> records) implements Looked {

      /** Who has the records: behind CNAMEs, another name than the one asked about. */
      Name owner() {
        return records.getFirst().getName();
      }

      /** Of those that hold one. */
      List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>();
        for (Record record : records) {
          if (record instanceof ARecord v4) {
            addresses.add(v4.getAddress());
          } else if (record instanceof AAAARecord v6) {
            addresses.add(v6.getAddress());
          }
        }
        return addresses;
      }
    }

    /** DNS says that there is no such record, or not even the domain. */
    record Nothing(boolean domainExists) implements Looked {}

    /** DNS did not say. */
    record Unknown(String why) implements Looked {}
  }

  /** A question under way. */
  interface Asked {
    /** Waits for the answer until the question's deadline. */
    Looked get();
  }

  Lookups(DnsSettings settings) {
    this(settings, CACHED_MAX);
  }

  /**
   * @param cachedMax answers that the cache holds
   */
  Lookups(DnsSettings settings, int cachedMax) {
    cache = new SmallAnswers();
    cache.setMaxEntries(cachedMax);
    cache.setMaxCache(POSITIVE_TTL_MAX_SECONDS);
    cache.setMaxNCache(Math.toIntExact(settings.negativeTtlMax().toSeconds()));
    servers = resolver(settings);
  }

  private Resolver resolver(DnsSettings settings) {
    List<InetSocketAddress> addresses =
        settings.servers().isEmpty()
            ? ResolverConfig.getCurrentConfig().servers()
            : settings.servers();
    Duration eachTry = settings.limit().dividedBy((long) TRIES * Math.max(addresses.size(), 1));
    List<Resolver> resolvers = new ArrayList<>();
    for (InetSocketAddress server : addresses) {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(eachTry);
      resolvers.add(deadlines.heeding(resolver));
    }
    ExtendedResolver all = new ExtendedResolver(resolvers);
    all.setTimeout(settings.limit());
    all.setRetries(TRIES);
    return all;
  }

  /**
   * Begins a question; waits, if need be, for its turn.
   *
   * @param deadline as System.nanoTime counts
   */
  Asked ask(Name name, int type, long deadline) {
    String question = name.toString(true) + " " + Type.string(type);
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return () -> new Looked.Unknown("no time left for " + question);
    }
    try {
      if (!inFlight.tryAcquire(left, TimeUnit.NANOSECONDS)) {
        return () -> new Looked.Unknown("too many look-ups under way for " + question);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return () -> interrupted(question);
    }
    CompletableFuture<LookupResult> answer = begin(name, type, deadline);
    return () -> await(answer, question, deadline);
  }

  private CompletableFuture<LookupResult> begin(Name name, int type, long deadline) {
    try {
      return LookupSession.builder()
          .resolver(deadlines.until(deadline, servers))
          .cache(cache)
          .executor(executor)
          .build()
          .lookupAsync(name, type, DClass.IN)
          .whenComplete((_, _) -> inFlight.release())
          .toCompletableFuture();
    } catch (RuntimeException e) {
      inFlight.release();
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Questions that hold a place now. */
  int underWay() {
    return IN_FLIGHT_MAX - inFlight.availablePermits();
  }

  private static Looked await(
      CompletableFuture<LookupResult> answer, String question, long deadline) {
    try {
      List<Record> records =
          answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS).getRecords();
      return records.isEmpty() ? new Looked.Nothing(true) : new Looked.Records(records);
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case NoSuchDomainException _ -> new Looked.Nothing(false);
        case NoSuchRRSetException _ -> new Looked.Nothing(true);
        case null, default -> new Looked.Unknown("DNS failed for " + question);
      };
    } catch (TimeoutException _) {
      return new Looked.Unknown("DNS did not answer in time for " + question);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return interrupted(question);
    }
  }

  private static Looked interrupted(String question) {
    return new Looked.Unknown("interrupted while asking for " + question);
  }
}
