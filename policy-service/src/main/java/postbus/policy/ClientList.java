package postbus.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import postbus.dns.Listing;
import postbus.log.Alarm;
import postbus.log.Breaker;
import postbus.site.BlockList;

/**
 * One list that clients are looked up in. Within its time limit there is an answer, if only that it
 * failed. After several failures in a row it is left alone, but for one question in a while; and so
 * is one that lists the whole world, until it no longer does. Safe for all threads.
 */
final class ClientList {
  /** Failures in a row after which it is left alone. */
  static final int FAILURES_MAX = 5;

  /** How often it is tried while it is left alone. */
  static final Duration PROBE_EVERY = Duration.ofMinutes(1);

  private static final Logger LOG = Logger.getLogger(ClientList.class);
  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;
  private static final Listing LEFT_ALONE = new Listing.Failed("it is left alone");

  /** What a list that works has, and does not have (RFC 5782, section 5). */
  private static final InetAddress LISTED = InetAddress.ofLiteral("127.0.0.2");

  private static final InetAddress NEVER_LISTED = InetAddress.ofLiteral("127.0.0.1");

  private final BlockList rule;
  private final Function<InetAddress, Listing> source;
  private final Duration wait;
  private final Breaker breaker;
  private final ListMeters meters;
  private volatile boolean listsAll;

  /**
   * @param source asks the list; blocks for about as long as {@code wait}
   * @param wait beyond which the list has failed
   */
  ClientList(
      BlockList rule,
      Function<InetAddress, Listing> source,
      Duration wait,
      LongSupplier nanoClock) {
    this.rule = rule;
    this.source = source;
    this.wait = wait;
    this.breaker = new Breaker(FAILURES_MAX, PROBE_EVERY, nanoClock);
    this.meters = new ListMeters(rule.name());
  }

  BlockList rule() {
    return rule;
  }

  /** Whether this client is looked up in it. */
  boolean isAskedAbout(InetAddress client) {
    return rule.exceptions().isEmpty() || !rule.exceptions().get().contains(client);
  }

  /** Completes within the time limit, and never exceptionally. */
  CompletableFuture<Listing> about(InetAddress client) {
    if (listsAll || !breaker.allows()) {
      meters.leftAlone();
      return CompletableFuture.completedFuture(LEFT_ALONE);
    }
    CompletableFuture<Listing> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> answer.complete(ask(client)));
    return answer
        .completeOnTimeout(
            new Listing.Failed("no answer within " + wait), wait.toNanos(), TimeUnit.NANOSECONDS)
        .thenApplyAsync(this::noted, VIRTUAL_THREADS); // The timer's thread must not be held up.
  }

  private Listing ask(InetAddress client) {
    try {
      return source.apply(client);
    } catch (RuntimeException e) {
      LOG.errorf(e, "block list %s could not be asked about %s", rule.name(), client);
      return new Listing.Failed(e.toString());
    }
  }

  private Listing noted(Listing listing) {
    meters.answered(listing);
    switch (listing) {
      case Listing.Listed _, Listing.NotListed _ -> {
        if (breaker.answered()) {
          LOG.infof("Block list %s answers again.", rule.name());
        }
      }
      case Listing.Failed(String why) -> {
        if (breaker.failed()) {
          Alarm.LIST_FAILS.raise(
              LOG,
              "block list %s (%s) failed %d times in a row and is left alone, but for one question"
                  + " in %s: %s",
              rule.name(),
              rule.zone(),
              FAILURES_MAX,
              PROBE_EVERY,
              why);
        }
      }
    }
    return listing;
  }

  /**
   * Asks for the test entries that every list has, and warns if they are not as they should be.
   * Blocks for at most two time limits.
   *
   * @return whether the list could be tested
   */
  boolean test() {
    Listing world = ask(NEVER_LISTED);
    boolean all = world instanceof Listing.Listed;
    if (all && !listsAll) {
      Alarm.LIST_FAILS.raise(
          LOG,
          "block list %s (%s) lists the whole world: it has 127.0.0.1, which no list has. It is"
              + " left alone until it no longer does.",
          rule.name(),
          rule.zone());
    } else if (world instanceof Listing.NotListed && listsAll) {
      LOG.infof("Block list %s no longer lists the whole world, and is used again.", rule.name());
    }
    listsAll = all || (listsAll && world instanceof Listing.Failed);
    Listing entry = ask(LISTED);
    if (entry instanceof Listing.NotListed) {
      LOG.warnf(
          "Block list %s (%s) lists nothing: it does not have 127.0.0.2, which every list has.",
          rule.name(), rule.zone());
    }
    return !(world instanceof Listing.Failed) && !(entry instanceof Listing.Failed);
  }
}
