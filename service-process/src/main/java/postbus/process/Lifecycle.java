package postbus.process;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The start and the end of a process: the parts begin once the {@link LogCheck} has passed. They
 * begin and end side by side, so that it takes as long as the slowest and not as long as all
 * together.
 */
@Singleton
public class Lifecycle {
  /**
   * What a part needs at most beside {@link ProcessSettings#stopWait}. Beyond it, one that still
   * works is left to its crash states: nothing is lost by it.
   */
  static final Duration STOP_MARGIN = Duration.ofSeconds(8);

  /** After this, a part that is not ready is called a failure of the start. */
  public static final Duration READY_WAIT = Duration.ofSeconds(60);

  private static final Duration READY_POLL = Duration.ofMillis(5);
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final List<Part> parts;
  private final Duration stopWait;
  private final List<Starting> begun = new CopyOnWriteArrayList<>();
  private volatile boolean isStopping;

  Lifecycle(@All List<Part> parts, ProcessSettings settings) {
    this.parts = parts;
    this.stopWait = settings.stopWait().plus(STOP_MARGIN);
  }

  /** The start of a part; completes with nothing, or with why it failed. */
  private record Starting(Part part, CompletableFuture<@Nullable Throwable> end) {
    void run() {
      try {
        part.start();
        end.complete(null);
      } catch (RuntimeException | Error failure) {
        end.complete(failure);
      }
    }
  }

  /** All side by side, since each waits for answers of the log. The first that fails is told. */
  void start(@Observes StartupEvent event) {
    BlockingQueue<Starting> ended = new LinkedBlockingQueue<>();
    for (Part part : parts) {
      Starting starting = new Starting(part, new CompletableFuture<>());
      starting.end().thenRun(() -> ended.add(starting));
      begun.add(starting);
      Thread.startVirtualThread(starting::run);
    }
    try {
      for (int i = 0; i < parts.size(); i++) {
        requireStarted(ended.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefused("the start was interrupted");
    }
    Thread.ofVirtual().name("ready").start(this::tellReady);
  }

  private static void requireStarted(Starting ended) {
    Throwable failure = ended.end().join();
    if (failure != null) {
      LOG.debugf(failure, "%s", ended.part().name());
      String why = failure.getMessage();
      throw new StartRefused(ended.part().name() + ": " + (why == null ? failure : why));
    }
  }

  private void tellReady() {
    if (awaitReady(READY_WAIT)) {
      LOG.infof("ready: %s", String.join(", ", parts.stream().map(Part::name).toList()));
    } else {
      LOG.errorf("after %d s still not ready: %s", READY_WAIT.toSeconds(), notReady());
    }
  }

  /** Whether all parts became ready within the limit. */
  public boolean awaitReady(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!notReady().isEmpty()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(READY_POLL.toNanos());
    }
    return true;
  }

  /** The parts that are not ready. */
  public List<String> notReady() {
    return parts.stream().filter(part -> !part.isReady()).map(Part::name).toList();
  }

  /** Whether mail that comes now goes through: it has come up, and does not end. */
  boolean isReady() {
    return !isStopping && notReady().isEmpty();
  }

  /** The parts that only a new process brings to move. */
  List<String> notLive() {
    return parts.stream().filter(part -> !part.isLive()).map(Part::name).toList();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    isStopping = true;
    ExecutorService stoppers = Executors.newVirtualThreadPerTaskExecutor();
    // What still starts is stopped when it has.
    begun.forEach(
        starting -> stoppers.execute(() -> starting.end().thenRun(starting.part()::stop).join()));
    stoppers.shutdown();
    if (!stoppers.awaitTermination(stopWait.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warnf("not all parts ended within %d s", stopWait.toSeconds());
    }
  }
}
