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

/** Deletes, now and then, the contents whose lease has run out. Two processes may do so at once. */
@Singleton
class ContentSweep implements Part {
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Logger LOG = Logger.getLogger(ContentSweep.class);

  private final ContentStore store;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("sweep").factory());

  ContentSweep(ContentStore store) {
    this.store = store;
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
      int deleted = store.sweep(Instant.now());
      LOG.debugf("%d contents deleted", deleted);
    } catch (IOException | RuntimeException e) {
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
