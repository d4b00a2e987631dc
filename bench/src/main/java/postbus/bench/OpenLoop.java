package postbus.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings mails at a constant rate, whatever the relay does: each has a time at which it is due, and
 * a relay that is slow for a moment does not put off those that come after. Limit: while all
 * sessions wait, the next mail is late; how late is told.
 */
final class OpenLoop {
  /** From when a mail was due until it was begun, and the rest, by number; microseconds. */
  record Sent(int first, long[] due, long[] begun, long[] dot, long[] reply) {
    int count() {
      return due.length;
    }
  }

  private static final Duration GRACE = Duration.ofMinutes(3);
  private static final long MICROS = 1_000_000;

  private final int port;
  private final int sessions;
  private final byte[] text;

  OpenLoop(int port, int sessions, byte[] text) {
    this.port = port;
    this.sessions = sessions;
    this.text = text;
  }

  /**
   * @param first the number of the first mail
   * @param rate mails a second
   */
  Sent run(int first, int count, double rate) throws IOException {
    Sent sent = new Sent(first, new long[count], new long[count], new long[count], new long[count]);
    List<LoadSession> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < sessions; i++) {
        open.add(new LoadSession(port));
      }
      // All sessions are there before the first mail is due.
      long start = Deliveries.micros() + MICROS / 10;
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> all = new ArrayList<>();
      for (LoadSession session : open) {
        all.add(
            threads.submit(() -> {
              bring(session, sent, next, start, rate);
              return null;
            }));
      }
      Duration limit = Duration.ofSeconds((long) (count / rate)).plus(GRACE);
      try {
        await(all, limit);
      } finally {
        threads.shutdownNow();
      }
      return sent;
    } catch (TimeoutException e) {
      throw new Unmeasured("the relay did not take the mails in time");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new Unmeasured("a session failed: " + e.getCause());
    } finally {
      for (LoadSession session : open) {
        session.close();
      }
    }
  }

  private static void await(List<Future<?>> all, Duration atMost)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + atMost.toNanos();
    for (Future<?> one : all) {
      one.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  private void bring(LoadSession session, Sent sent, AtomicInteger next, long start, double rate)
      throws IOException {
    for (int i = next.getAndIncrement(); i < sent.count(); i = next.getAndIncrement()) {
      long due = start + (long) (i * MICROS / rate);
      for (long early = due - Deliveries.micros(); early > 0; early = due - Deliveries.micros()) {
        LockSupport.parkNanos(early * 1_000);
      }
      LoadSession.Times times = session.send(sent.first() + i, text);
      sent.due()[i] = due;
      sent.begun()[i] = times.begun();
      sent.dot()[i] = times.dot();
      sent.reply()[i] = times.reply();
    }
  }
}
