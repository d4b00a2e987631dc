package postbus.ingress;

import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import postbus.log.ContentStore;
import postbus.mail.RecipientPolicy;
import postbus.process.Part;
import postbus.process.ProcessSettings;
import postbus.site.ListenerTls;
import postbus.site.LiveCertificate;
import postbus.site.Site;

/**
 * Serves SMTP on the site's listeners, each on all event loops.
 *
 * <p>When it stops, idle sessions hear 421, and a mail that is on its way has a few seconds to come
 * in; for the reply to one that has come, {@code postbus.stop-wait}.
 */
@Singleton
final class SmtpServer implements Part {
  private static final Logger LOG = Logger.getLogger(SmtpServer.class);

  /** Octets of all contents in memory together; more go to the content store. */
  private static final long MEMORY_OCTETS_MAX = 64L << 20;

  private static final Duration BIND_MAX = Duration.ofSeconds(10);
  private static final Duration ARRIVAL_MAX = Duration.ofSeconds(5);

  /** For the last reply to leave. */
  private static final Duration REPLY_MAX = Duration.ofSeconds(1);

  private static final Duration STOP_LOOK = Duration.ofMillis(10);

  private final Vertx vertx;
  private final Services services;
  private final Duration stopWait;
  private final List<SmtpListener> listeners = new ArrayList<>();
  private volatile boolean bound;

  @Inject
  SmtpServer(
      Vertx vertx,
      Site site,
      RecipientPolicy policy,
      PolicyHealth health,
      FreeSpace disk,
      SenderDesk senders,
      Logins logins,
      Intake intake,
      ContentStore store,
      ProcessSettings process) {
    this.vertx = vertx;
    this.stopWait = process.stopWait();
    this.services =
        new Services(
            site,
            new RecipientDesk(
                policy,
                site.sessions().recipientWait(),
                health.recipients,
                new AccountRates(site.submission().recipientsPerHourMax(), System::nanoTime)),
            senders,
            new LoginDesk(
                site.login(),
                new LoginGuard(
                    site.clients().networks(), site.login().patience(), System::nanoTime),
                logins),
            health,
            disk,
            new GreetingPause(site.sessions().greetingPause(), System::nanoTime),
            intake,
            store,
            new OctetBudget(MEMORY_OCTETS_MAX));
  }

  /**
   * Binds all listeners.
   *
   * @throws IllegalStateException in words for the operator if an address cannot be bound, or the
   *     certificate cannot be shown
   */
  @Override
  public void start() {
    Optional<ListenerKeys> keys = keys();
    for (Site.Listener listener : services.site().listeners().values()) {
      SmtpListener opened =
          new SmtpListener(vertx, services, listener, keys.filter(_ -> listener.tls().isPresent()));
      listeners.add(opened);
      bind(listener, opened);
    }
    bound = true;
  }

  /** All listeners show the same certificate. */
  private Optional<ListenerKeys> keys() {
    Optional<ListenerTls> tls =
        services.site().listeners().values().stream()
            .flatMap(listener -> listener.tls().stream())
            .findFirst();
    try {
      return tls.map(files -> new ListenerKeys(new LiveCertificate(files)));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void bind(Site.Listener listener, SmtpListener opened) {
    InetSocketAddress address = listener.address();
    String place =
        "listener %s: %s:%d "
            .formatted(listener.name(), address.getAddress().getHostAddress(), address.getPort());
    try {
      opened
          .open()
          .toCompletionStage()
          .toCompletableFuture()
          .get(BIND_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      String found = String.valueOf(e.getMessage());
      boolean inUse = found.contains("already in use");
      throw new IllegalStateException(
          place + (inUse ? "is in use" : "cannot be bound: " + found), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(place + "was not bound within " + BIND_MAX, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(place + "was not bound: interrupted", e);
    }
  }

  /** Ends all sessions; blocks only while mails are in hand. */
  @Override
  public void stop() {
    bound = false;
    listeners.forEach(SmtpListener::stop);
    long begin = System.nanoTime();
    long cut = ARRIVAL_MAX.toNanos();
    long now = 0;
    while (sessions() > 0 && now < cut) {
      if (services.intake().isBusy() && now < stopWait.toNanos()) {
        cut = Math.max(cut, now + REPLY_MAX.toNanos());
      }
      LockSupport.parkNanos(STOP_LOOK.toNanos());
      now = System.nanoTime() - begin;
    }
    if (sessions() > 0) {
      LOG.warnf("%d sessions are cut off; their clients keep their mails", sessions());
    }
    listeners.forEach(SmtpListener::close);
  }

  /** How many connections there are. */
  int sessions() {
    return listeners.stream().mapToInt(SmtpListener::sessions).sum();
  }

  /** How many octets of contents are in memory. */
  long octetsInMemory() {
    return services.memory().taken();
  }

  /** The port that a listener has been given; for a site that asks for any free one. */
  int port(String listener) {
    return listeners.stream()
        .filter(each -> each.name().equals(listener))
        .findFirst()
        .orElseThrow()
        .port();
  }

  @Override
  public String name() {
    return "ingress-smtp";
  }

  @Override
  public boolean isReady() {
    return bound && services.intake().isReady();
  }
}
