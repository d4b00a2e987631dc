package postbus.cli;

import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks many questions at once and hands on the answers in the order of the questions, each as soon
 * as it and those before it are there. How long one answer takes is bounded by whoever gives it.
 */
final class InOrder<Q, A> {
  /** Questions that are being answered at the same time: no more than a small resolver bears. */
  private static final int AT_ONCE_MAX = 32;

  /** Questions begun of which no answer has been handed on yet. */
  private static final int BEGUN_MAX = 1000;

  private final Function<Q, A> question;
  private final Predicate<A> taker;
  private final Semaphore free = new Semaphore(AT_ONCE_MAX);
  private final BlockingQueue<Optional<CompletableFuture<A>>> begun =
      new ArrayBlockingQueue<>(BEGUN_MAX);

  /** Where questions come from; it may block. */
  interface Source<Q> {
    /** Empty at the end. */
    Optional<Q> next() throws IOException;

    static <Q> Source<Q> of(Iterable<Q> all) {
      Iterator<Q> each = all.iterator();
      return () -> each.hasNext() ? Optional.of(each.next()) : Optional.empty();
    }
  }

  /**
   * @param question answers; called by many threads
   * @param taker takes the answers, in the caller's thread; false if it wants no more
   */
  InOrder(Function<Q, A> question, Predicate<A> taker) {
    this.question = question;
    this.taker = taker;
  }

  /** Until the source has ended and all answers are taken, or the taker wants no more. */
  void run(Source<Q> source) throws IOException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      threads.execute(() -> beginAll(source, threads));
      boolean more = true;
      for (var next = begun.take(); more && next.isPresent(); next = begun.take()) {
        more = taker.test(next.get().get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException unread) {
        throw unread;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
  }

  private void beginAll(Source<Q> source, Executor threads) {
    try {
      for (var next = source.next(); next.isPresent(); next = source.next()) {
        Q asked = next.get();
        free.acquire();
        begun.put(
            Optional.of(
                CompletableFuture.supplyAsync(() -> question.apply(asked), threads)
                    .whenComplete((_, _) -> free.release())));
      }
      begun.put(Optional.empty());
    } catch (IOException e) {
      begun.add(Optional.of(CompletableFuture.failedFuture(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Nobody wants answers any more.
    }
  }
}
