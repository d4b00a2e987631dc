package postbus.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a socket when its time is up, whatever its thread is doing then: reading a reply that
 * drips, writing to a peer that does not read, in a handshake. One timer a connection; to move the
 * deadline costs a write to memory, unless it becomes earlier than the timer.
 */
final class Deadline implements AutoCloseable {
  private static final long NONE = Long.MAX_VALUE;
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private final Closeable socket;
  private volatile long atNanos = NONE;
  private volatile boolean passed;
  private long wakesAtNanos = NONE;
  private @Nullable ScheduledFuture<?> wake;

  Deadline(Closeable socket) {
    this.socket = socket;
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("smtp-deadlines").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** From now on so long. */
  void within(Duration wait) {
    long at = System.nanoTime() + wait.toNanos();
    atNanos = at;
    synchronized (this) {
      if (wakesAtNanos == NONE || at - wakesAtNanos < 0) {
        wakeAt(at);
      }
    }
  }

  /** No limit until the next {@link #within}. */
  void none() {
    atNanos = NONE;
  }

  boolean hasPassed() {
    return passed;
  }

  private synchronized void wakeAt(long at) {
    if (wake != null) {
      wake.cancel(false);
    }
    wakesAtNanos = at;
    wake = TIMER.schedule(this::check, at - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private synchronized void check() {
    long at = atNanos;
    wakesAtNanos = NONE;
    wake = null;
    if (at == NONE) {
      return;
    }
    if (at - System.nanoTime() > 0) {
      wakeAt(at);
      return;
    }
    passed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed either way.
    }
  }

  @Override
  public synchronized void close() {
    atNanos = NONE;
    if (wake != null) {
      wake.cancel(false);
      wake = null;
      wakesAtNanos = NONE;
    }
  }
}
