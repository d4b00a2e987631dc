package postbus.process;

import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import postbus.log.Pulse;

/**
 * Whether the threads that all parts share go round: each event loop, and those that carry the
 * virtual threads. A part that blocks one of them for good holds up its neighbours.
 */
@Singleton
class SharedThreads {
  private static final Duration BEAT_EVERY = Duration.ofSeconds(5);

  private final VertxInternal vertx;
  private final LongSupplier nanoClock;
  private final List<Pulse> pulses = new CopyOnWriteArrayList<>();

  @Inject
  SharedThreads(Vertx vertx) {
    this(vertx, System::nanoTime);
  }

  SharedThreads(Vertx vertx, LongSupplier nanoClock) {
    this.vertx = (VertxInternal) vertx;
    this.nanoClock = nanoClock;
  }

  void start(@Observes StartupEvent event) {
    start(BEAT_EVERY);
  }

  void start(Duration beatEvery) {
    for (EventExecutor loop : vertx.getEventLoopGroup()) {
      var _ =
          loop.scheduleWithFixedDelay(
              pulse()::beat, 0, beatEvery.toMillis(), TimeUnit.MILLISECONDS);
    }
    Pulse carriers = pulse();
    Thread.ofVirtual().name("pulse").start(() -> beat(carriers, beatEvery));
  }

  private Pulse pulse() {
    Pulse pulse = new Pulse(nanoClock);
    pulse.beat();
    pulses.add(pulse);
    return pulse;
  }

  /** Ends with the process. */
  private static void beat(Pulse pulse, Duration every) {
    try {
      while (true) {
        pulse.beat();
        TimeUnit.NANOSECONDS.sleep(every.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean areLive() {
    return pulses.stream().allMatch(Pulse::isLive);
  }
}
