package postbus.router;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop;
import postbus.mail.SmtpReply;
import postbus.site.RoutingRules;
import postbus.smtp.Inquiry;

/**
 * Decides whether a recipient that another server knows is refused, by what that server said to a
 * call-out. Answers are kept as long as the site wants; simultaneous questions about one address
 * are asked once.
 *
 * <p>Whoever is silent, too slow or has too many call-outs already is believed to accept, since we
 * are his backup; and a silent server is left alone for {@link #SILENCE_KEEP}. Safe for all
 * threads.
 */
final class Callouts {
  /** Answers that are kept. */
  static final int ANSWERS_MAX = 50_000;

  /** Next hops whose state is kept. */
  static final int PEERS_MAX = 10_000;

  /** Call-outs at the same time, to all servers together. */
  static final int AT_ONCE_MAX = 100;

  /** Call-outs at the same time to the servers of one next hop. */
  static final int AT_ONCE_PER_PEER_MAX = 10;

  /** For which a server that could not be asked is not asked again. */
  static final Duration SILENCE_KEEP = Duration.ofMinutes(1);

  private static final Logger LOG = Logger.getLogger(Callouts.class);
  private static final Executor VIRTUAL_THREADS = Thread::startVirtualThread;

  private final Callout callout;
  private final Duration answerWait;
  private final AsyncCache<EmailAddress, Inquiry> answers;
  private final LoadingCache<NextHop, Peer> peers;
  private final Ticker clock;
  private final Semaphore places = new Semaphore(AT_ONCE_MAX);

  /** What is known of a next hop's servers. */
  private static final class Peer {
    private final Semaphore places = new Semaphore(AT_ONCE_PER_PEER_MAX);
    private volatile boolean wasSilent;
    private volatile long silentSince;
  }

  Callouts(RoutingRules.Callout limits, Callout callout, Ticker clock) {
    this.callout = callout;
    this.clock = clock;
    this.answerWait = limits.answerWait();
    this.answers =
        Caffeine.newBuilder()
            .executor(VIRTUAL_THREADS)
            .ticker(clock)
            .maximumSize(ANSWERS_MAX)
            .expireAfter(
                Expiry.<EmailAddress, Inquiry>writing((_, inquiry) -> keep(limits, inquiry)))
            .buildAsync();
    this.peers =
        Caffeine.newBuilder()
            .executor(VIRTUAL_THREADS)
            .maximumSize(PEERS_MAX)
            .build(_ -> new Peer());
  }

  private static Duration keep(RoutingRules.Callout limits, Inquiry inquiry) {
    return switch (inquiry) {
      case Inquiry.Taken() -> limits.keep();
      case Inquiry.Refused _ -> limits.keepNegative();
      case Inquiry.Undecided _, Inquiry.Silent _ -> Duration.ZERO;
    };
  }

  /**
   * The 550 that the servers' refusal means; empty if the recipient is taken, or for all we know.
   *
   * @param within blocks for at most so long, and for at most the site's time limit
   */
  Optional<SmtpReply> refusal(EmailAddress recipient, NextHop servers, Duration within) {
    CompletableFuture<Inquiry> answer =
        answers.get(recipient, (_, _) -> ask(recipient, servers, peers.get(servers)));
    try {
      Inquiry inquiry = answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
      return switch (inquiry) {
        case Inquiry.Taken() -> Optional.empty();
        case Inquiry.Refused(var said) -> Optional.of(RemoteRefusal.of(recipient.domain(), said));
        case Inquiry.Undecided _, Inquiry.Silent _ -> {
          answers.asMap().remove(recipient, answer); // The cache itself does so a moment later.
          yield Optional.empty();
        }
      };
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call-out does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Completes within the site's time limit; what comes later is not heard. */
  private CompletableFuture<Inquiry> ask(EmailAddress recipient, NextHop servers, Peer peer) {
    if (peer.wasSilent && clock.read() - peer.silentSince < SILENCE_KEEP.toNanos()) {
      return CompletableFuture.completedFuture(new Inquiry.Silent("as a moment ago"));
    }
    if (!places.tryAcquire()) {
      return CompletableFuture.completedFuture(new Inquiry.Undecided("too many call-outs"));
    }
    if (!peer.places.tryAcquire()) {
      places.release();
      return CompletableFuture.completedFuture(new Inquiry.Undecided("too many call-outs to it"));
    }
    CompletableFuture<Inquiry> answer = new CompletableFuture<>();
    Thread asking = Thread.ofVirtual().unstarted(() -> call(recipient, servers, peer, answer));
    asking.start();
    return answer
        .completeOnTimeout(
            new Inquiry.Silent("no answer within " + answerWait),
            answerWait.toNanos(),
            TimeUnit.NANOSECONDS)
        .whenComplete((inquiry, _) -> {
          asking.interrupt();
          note(inquiry, servers, peer);
        });
  }

  private void call(
      EmailAddress recipient, NextHop servers, Peer peer, CompletableFuture<Inquiry> answer) {
    try {
      answer.complete(callout.ask(recipient, servers));
    } catch (RuntimeException e) {
      LOG.errorf(e, "the call-out about %s failed", recipient);
      answer.complete(new Inquiry.Silent(e.toString()));
    } finally {
      peer.places.release();
      places.release();
    }
  }

  private void note(Inquiry inquiry, NextHop servers, Peer peer) {
    if (inquiry instanceof Inquiry.Silent(String why)) {
      LOG.infof("Recipients at %s are taken unasked for %s: %s", servers, SILENCE_KEEP, why);
      peer.silentSince = clock.read();
      peer.wasSilent = true;
    }
  }
}
