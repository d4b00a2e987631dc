package postbus.ingress;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import postbus.site.LoginRules;

/**
 * Asks who somebody is that wants to log in, off the event loop and for a limited time, and makes
 * guessing slow: a refusal comes after a time that grows with the failures before, whatever its
 * reason, and who has guessed too long is not asked about any more ({@link LoginGuard}).
 *
 * <p>Guarantee: of a lockout, a closed account, an unknown one and a wrong password, the client
 * hears the same at the same time. A parallel guesser gets {@link #ASKED_MAX} guesses more than the
 * rules say, as so many may be asked about when the last of them fails.
 */
final class LoginDesk {
  private static final Logger LOG = Logger.getLogger(LoginDesk.class);

  /** Questions at the same time; others wait for their turn. */
  static final int ASKED_MAX = 32;

  /** Of these, for accounts in networks where they are used: strangers cannot take all turns. */
  private static final int KNOWN_ASKED_MAX = 8;

  /** Between two lines of the log that say that nobody can be asked. */
  private static final long COMPLAINT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final LoginAnswer REFUSED = new LoginAnswer.WrongPassword();
  private static final LoginAnswer BUSY = new LoginAnswer.Away("too many log in at once");

  private record Judged(LoginAnswer answer, long dueNanos) {}

  private final LoginRules rules;
  private final LoginGuard guard;
  private final Logins logins;
  private final TimeLimit<Judged> limit;
  private final Semaphore turns = new Semaphore(ASKED_MAX - KNOWN_ASKED_MAX);
  private final Semaphore knownTurns = new Semaphore(KNOWN_ASKED_MAX);
  private final Counter welcome = counter("welcome");
  private final Counter refused = counter("refused");
  private final Counter lockedOut = counter("locked-out");
  private final Counter away = counter("away");
  private final Counter lockouts =
      Counter.builder("postbus.ingress.lockouts").register(Metrics.globalRegistry);
  private long complainedAt = System.nanoTime() - COMPLAINT_NANOS;

  LoginDesk(LoginRules rules, LoginGuard guard, Logins logins) {
    this.rules = rules;
    this.guard = guard;
    this.logins = logins;
    LoginAnswer late = new LoginAnswer.Away("no answer within " + rules.answerWait());
    this.limit = new TimeLimit<>(new Judged(late, System.nanoTime()), rules.answerWait());
  }

  private static Counter counter(String outcome) {
    return Counter.builder("postbus.ingress.logins")
        .tag("outcome", outcome)
        .register(Metrics.globalRegistry);
  }

  /** Completes with the answer when the client may hear it; never exceptionally. */
  CompletableFuture<LoginAnswer> ask(LoginQuestion asked) {
    long begunNanos = System.nanoTime();
    LoginQuestion question = asked.within(rules.domain());
    CompletableFuture<Judged> answer = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      LoginAnswer found = judged(question);
      question.credentials().wipe();
      answer.complete(new Judged(found, begunNanos + delay(found, question).toNanos()));
    });
    return limit.on(answer).thenCompose(this::whenDue);
  }

  private LoginAnswer judged(LoginQuestion question) {
    boolean isKnown = guard.knows(question.client(), question.credentials().name());
    Semaphore queue = isKnown ? knownTurns : turns;
    try {
      if (!queue.tryAcquire(rules.answerWait().toNanos(), TimeUnit.NANOSECONDS)) {
        return BUSY;
      }
      try {
        return inTurn(question);
      } finally {
        queue.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BUSY;
    } catch (RuntimeException e) {
      LOG.error("a login could not be judged", e);
      return new LoginAnswer.Away("an error on our side");
    }
  }

  private LoginAnswer inTurn(LoginQuestion question) {
    String name = question.credentials().name();
    if (!guard.allows(question.client(), name)) {
      lockedOut.increment();
      return REFUSED;
    }
    LoginAnswer answer = logins.ask(question);
    switch (answer) {
      case LoginAnswer.Welcome _ -> {
        welcome.increment();
        guard.welcomes(question.client(), name);
      }
      case LoginAnswer.WrongPassword _, LoginAnswer.MayNotLogIn _ -> {
        refused.increment();
        guard.refuses(question.client(), name).forEach(this::tell);
      }
      case LoginAnswer.Away _ -> {}
    }
    return answer;
  }

  private void tell(String lockout) {
    lockouts.increment();
    LOG.warnf("login: %s is locked out for %d s", lockout, rules.patience().lockout().toSeconds());
  }

  private Duration delay(LoginAnswer answer, LoginQuestion question) {
    return switch (answer) {
      case LoginAnswer.Welcome _, LoginAnswer.Away _ -> Duration.ZERO;
      case LoginAnswer.WrongPassword _, LoginAnswer.MayNotLogIn _ ->
          guard.delay(question.client(), question.credentials().name());
    };
  }

  private CompletableFuture<LoginAnswer> whenDue(Judged judged) {
    if (judged.answer() instanceof LoginAnswer.Away(String why)) {
      away.increment();
      complain(why);
    }
    long nanos = judged.dueNanos() - System.nanoTime();
    if (nanos <= 0) {
      return CompletableFuture.completedFuture(judged.answer());
    }
    Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS);
    return CompletableFuture.supplyAsync(judged::answer, later);
  }

  private synchronized void complain(String why) {
    long now = System.nanoTime();
    if (now - complainedAt >= COMPLAINT_NANOS) {
      complainedAt = now;
      LOG.warnf("nobody can log in at this time: %s", why);
    }
  }
}
