package postbus.router;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import postbus.mail.AddressVerifier;
import postbus.mail.EmailAddress;
import postbus.mail.SmtpReply;
import postbus.site.Site;

/**
 * Answers within a time limit, whatever the verifier behind it waits for: 451 when the time is up.
 * The look-up itself goes on to its own limits, so that its caches have the answer when the client
 * comes back.
 */
final class TimelyVerifier implements AddressVerifier {
  /** Look-ups under way at the same time, those included whose askers have gone. */
  static final int UNDER_WAY_MAX = 1000;

  private static final Logger LOG = Logger.getLogger(TimelyVerifier.class);

  private final AddressVerifier verifier;
  private final Duration wait;
  private final Semaphore places = new Semaphore(UNDER_WAY_MAX);

  TimelyVerifier(AddressVerifier verifier, Duration wait) {
    this.verifier = verifier;
    this.wait = wait;
  }

  /** The verifier of a site: call-outs leave it a tenth of its time limit. */
  static TimelyVerifier of(Site site, Sources sources, Callout callout) {
    Duration wait = site.sessions().lookupWait();
    Callouts callouts = new Callouts(site.routing().callout(), callout, Ticker.systemTicker());
    Verifier verifier =
        new Verifier(
            new LocalDomains(site, sources.files(), sources.exchangers()),
            RoutingTable.forVerifying(site, sources),
            new CalledDomains(site, sources.files(), callouts),
            wait.multipliedBy(9).dividedBy(10));
    return new TimelyVerifier(verifier, wait);
  }

  @Override
  public Verification verify(EmailAddress address) {
    if (!places.tryAcquire()) {
      return cannotTell("too many addresses are looked up at this moment");
    }
    CompletableFuture<Verification> found = new CompletableFuture<>();
    Thread.startVirtualThread(() -> lookUp(address, found));
    try {
      return found.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return cannotTell("the address cannot be looked up in time");
    } catch (ExecutionException e) {
      LOG.errorf(e.getCause(), "%s cannot be verified", address);
      return cannotTell("the address cannot be looked up now");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return cannotTell("the service is stopping");
    }
  }

  private void lookUp(EmailAddress address, CompletableFuture<Verification> found) {
    try {
      found.complete(verifier.verify(address));
    } catch (RuntimeException | Error e) {
      found.completeExceptionally(e);
    } finally {
      places.release();
    }
  }

  private static Verification cannotTell(String why) {
    return new Verification(Standing.UNKNOWN, SmtpReply.of(451, "4.4.3", why));
  }
}
