package postbus.ingress;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Completes answers that take too long, about {@link #LOOK_EVERY} late. One look at all of them now
 * and then takes the place of a timer for each, which nearly every answer would cancel. What
 * follows an answer runs on the thread that looks, so it must not block. Safe for all threads.
 *
 * @param <T> an answer
 */
final class TimeLimit<T> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final T late;
  private final long waitNanos;
  private final Queue<Awaited<T>> awaited = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean looking = new AtomicBoolean();

  private record Awaited<T>(CompletableFuture<T> answer, long untilNanos) {}

  /**
   * @param late what is answered when the time is up
   */
  TimeLimit(T late, Duration wait) {
    this.late = late;
    this.waitNanos = wait.toNanos();
  }

  /** From now on the answer has the time of this limit. Returns it. */
  CompletableFuture<T> on(CompletableFuture<T> answer) {
    awaited.add(new Awaited<>(answer, System.nanoTime() + waitNanos));
    lookLater();
    return answer;
  }

  private void lookLater() {
    if (looking.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)
          .execute(this::look);
    }
  }

  private void look() {
    looking.set(false);
    long now = System.nanoTime();
    awaited.removeIf(each -> {
      boolean isOver = now - each.untilNanos() >= 0;
      return each.answer().isDone() || isOver && each.answer().complete(late);
    });
    if (!awaited.isEmpty()) {
      lookLater();
    }
  }
}
