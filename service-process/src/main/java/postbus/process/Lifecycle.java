package postbus.process;

import io.quarkus.arc.All;
import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * The start and the end of a process: the parts begin once the {@link LogCheck} has passed. They
 * begin and end side by side, so that it takes as long as the slowest and not as long as all
 * together.
 */
@Singleton
public class Lifecycle {
  /**
   * What a stage needs at most, and less than the ten seconds that Docker gives. Beyond it, a part
   * that still works is left to its crash states: nothing is lost by it.
   */
  private static final Duration STOP_WAIT = Duration.ofSeconds(8);

  /** After this, a part that is not ready is called a failure of the start. */
  public static final Duration READY_WAIT = Duration.ofSeconds(60);

  private static final Duration READY_POLL = Duration.ofMillis(5);
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final List<Part> parts;

  Lifecycle(@All List<Part> parts) {
    this.parts = parts;
  }

  /** All side by side, since each waits for answers of the log. */
  void start(@Observes StartupEvent event) {
    List<FutureTask<Void>> starts =
        parts.stream().map(part -> new FutureTask<Void>(part::start, null)).toList();
    starts.forEach(Thread::startVirtualThread);
    for (int i = 0; i < starts.size(); i++) {
      await(parts.get(i), starts.get(i));
    }
    Thread.ofVirtual().name("ready").start(this::tellReady);
  }

  private static void await(Part part, Future<Void> start) {
    try {
      start.get();
    } catch (ExecutionException e) {
      LOG.debugf(e, "%s", part.name());
      Throwable why = Objects.requireNonNullElse(e.getCause(), e);
      throw new PreventFurtherStepsException(part.name() + ": " + why.getMessage(), 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreventFurtherStepsException(part.name() + ": interrupted", 1);
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

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    ExecutorService stoppers = Executors.newVirtualThreadPerTaskExecutor();
    parts.forEach(part -> stoppers.execute(part::stop));
    stoppers.shutdown();
    if (!stoppers.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warnf("not all parts ended within %d s", STOP_WAIT.toSeconds());
    }
  }
}
