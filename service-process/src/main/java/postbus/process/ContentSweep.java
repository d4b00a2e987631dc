package postbus.process;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.log.LetterLeases;
import postbus.log.LogSettings;

/**
 * Deletes, now and then, the contents whose lease has run out, once those of letters that wait for
 * an operator have got a new one. Two processes may do so at once. While the log does not say what
 * waits, nothing is deleted.
 */
@Singleton
class ContentSweep implements Part {
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Logger LOG = Logger.getLogger(ContentSweep.class);

  /** How often leases are extended; far below a lease, as each time all letters are read. */
  private static final Duration EXTEND_EVERY = Duration.ofDays(1);

  private final ContentStore store;
  private final LetterLeases letters;
  private Instant extended = Instant.MIN;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("sweep").factory());

  ContentSweep(ContentStore store, LogSettings log) {
    this.store = store;
    this.letters = new LetterLeases(log.access(), store);
  }

  @Override
  public String name() {
    return "content-sweep";
  }

  @Override
  public void start() {
    timer.scheduleWithFixedDelay(
        this::sweep, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
  }

  private void sweep() {
    try {
      Instant now = Instant.now();
      if (!extended.isAfter(now.minus(EXTEND_EVERY))) {
        int leases = letters.extend(now);
        extended = now;
        LOG.debugf("%d leases of contents of letters extended", leases);
      }
      int deleted = store.sweep(now);
      LOG.debugf("%d contents deleted", deleted);
    } catch (IOException | RuntimeException | Error e) {
      // Anything that escaped would end the timer, and with it the sweeping.
      LOG.warnf("contents whose lease has run out stay for another %s: %s", EVERY, e);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void stop() {
    timer.shutdownNow();
  }
}
