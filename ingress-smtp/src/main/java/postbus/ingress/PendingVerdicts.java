package postbus.ingress;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import postbus.mail.MailId;
import postbus.mail.Verdict;
import postbus.site.Site;

/** The mails whose clients wait for a verdict. Safe for all threads. */
@Singleton
final class PendingVerdicts {
  /** Mails that wait at the same time; each holds its content in memory or in the store. */
  static final int PENDING_MAX = 2000;

  private final TimeLimit<Optional<Verdict>> limit;
  private final ConcurrentMap<MailId, CompletableFuture<Optional<Verdict>>> pending =
      new ConcurrentHashMap<>();

  @Inject
  PendingVerdicts(Site site) {
    this(site.sessions().verdictWait());
  }

  PendingVerdicts(Duration wait) {
    this.limit = new TimeLimit<>(Optional.empty(), wait);
  }

  /**
   * Begins to wait. The future completes with the verdict, or with nothing when the time is up.
   *
   * @return empty if too many wait
   */
  Optional<CompletableFuture<Optional<Verdict>>> await(MailId id) {
    if (pending.size() >= PENDING_MAX) {
      return Optional.empty();
    }
    CompletableFuture<Optional<Verdict>> answer = new CompletableFuture<>();
    pending.put(id, answer);
    return Optional.of(limit.on(answer));
  }

  /** Nobody waits for this verdict any more; and nothing holds its mail until the time is up. */
  void forget(MailId id) {
    CompletableFuture<Optional<Verdict>> answer = pending.remove(id);
    if (answer != null) {
      answer.complete(Optional.empty());
    }
  }

  /** Whether somebody here waits for it. */
  boolean awaits(MailId id) {
    return pending.containsKey(id);
  }

  /** A verdict came. One that comes late, or that another process waits for, is ignored. */
  void answer(MailId id, Verdict verdict) {
    CompletableFuture<Optional<Verdict>> answer = pending.remove(id);
    if (answer != null) {
      answer.complete(Optional.of(verdict));
    }
  }
}
