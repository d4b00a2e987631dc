package postbus.policy;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.log.LetterTrim;
import postbus.log.LogSettings;
import postbus.log.QuarantineEnd;
import postbus.process.Part;
import postbus.site.Quarantine;
import postbus.site.Site;

/**
 * Drops, every hour, mails whose time in quarantine is over, and deletes letters that are done
 * with. Several policy-services may do so at once; what one cannot do now, the next hour does.
 */
@Singleton
class LetterEnds implements Part {
  private static final Logger LOG = Logger.getLogger(LetterEnds.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final QuarantineEnd quarantine;
  private final LetterTrim trim;
  private final Duration every;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("letters").factory());

  @Inject
  LetterEnds(LogSettings log, Site site) {
    this(log, site.quarantine(), EVERY);
  }

  LetterEnds(LogSettings log, Quarantine rules, Duration every) {
    this.quarantine = new QuarantineEnd(log.access(), "policy-service", rules.keep());
    this.trim = new LetterTrim(log.access());
    this.every = every;
  }

  @Override
  public String name() {
    return "letters";
  }

  @Override
  public void start() {
    timer.scheduleWithFixedDelay(
        this::end, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end() {
    try {
      int dropped = quarantine.drop(Instant.now());
      int deleted = trim.trim(Instant.now());
      LOG.debugf("%d mails dropped from quarantine, %d letters deleted", dropped, deleted);
    } catch (IOException | RuntimeException | Error e) {
      // Anything that escaped would end the timer.
      LOG.warnf("Quarantine and dead letters stay as they are until the next time: %s", e);
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
