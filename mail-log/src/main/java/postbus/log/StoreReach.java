package postbus.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Whether a content store can be reached, as those find who use it: one alarm when it cannot, and a
 * line when it can again. After some failures in a row whoever asks is told at once that it is
 * away, but for one now and then who tries; so that a store that hangs does not hang up all that
 * could go on without it. Safe for all threads.
 */
public final class StoreReach {
  /** Failures in a row after which it is not asked any more. */
  static final int FAILURES_MAX = 3;

  /** Between two tries then. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(StoreReach.class);

  private final Object store;
  private final Breaker breaker;
  private final AtomicBoolean isAway = new AtomicBoolean();

  /** How often it has come back: what was asked before that tells nothing of now. */
  private final AtomicInteger returns = new AtomicInteger();

  /**
   * @param store its name, for operators alone
   */
  public StoreReach(Object store) {
    this(store, System::nanoTime);
  }

  StoreReach(Object store, LongSupplier nanoClock) {
    this.store = store;
    this.breaker = new Breaker(FAILURES_MAX, PROBE_EVERY, nanoClock);
  }

  /**
   * To be called before the store is asked.
   *
   * @return what {@link #failed(Exception, int)} wants to know
   * @throws ContentsAway if it failed lately, and it is not yet time to try
   */
  public int mayAsk() throws ContentsAway {
    if (isAway.get() && !breaker.allows()) {
      throw new ContentsAway(store + " did not answer lately");
    }
    return returns.get();
  }

  public void answered() {
    if (!isAway.get()) {
      return;
    }
    // First: what hung until now no longer counts.
    returns.incrementAndGet();
    if (isAway.getAndSet(false)) {
      breaker.answered();
      LOG.infof("%s answers again.", store);
    }
  }

  /** It did not do what was asked just now; returns what to throw. */
  public ContentsAway failed(Exception why) {
    return failed(why, returns.get());
  }

  /**
   * The same of a request that may have taken long: one that hung since before the store came back
   * does not make it go away again.
   */
  public ContentsAway failed(Exception why, int asked) {
    ContentsAway away = new ContentsAway(store + ": " + why.getMessage(), why);
    if (asked != returns.get()) {
      return away;
    }
    breaker.failed();
    if (!isAway.getAndSet(true)) {
      Alarm.CONTENTS_AWAY.raise(LOG, "%s", away.getMessage());
    }
    return away;
  }
}
