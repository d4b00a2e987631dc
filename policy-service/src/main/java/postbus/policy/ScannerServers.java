package postbus.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import postbus.log.ContentsAway;
import postbus.site.Scanners.Asking;

/**
 * The servers of one scanner: the first that answers is believed. Each failed one leaves the others
 * an equal share of the time. So what a scanner that is down, slow or broken costs is bounded for
 * each mail by the site's wait; a slow scan holds up its own mail alone.
 *
 * @param <A> what the scanner says of a mail
 */
final class ScannerServers<A> {
  private final Scanner<A> scanner;
  private final Asking asking;
  private final List<ScannerServer> servers;
  private final Semaphore places;

  /**
   * @param name for operators
   */
  ScannerServers(String name, Scanner<A> scanner, Asking asking, LongSupplier nanoClock) {
    this.scanner = scanner;
    this.asking = asking;
    this.places = new Semaphore(asking.atOnceMax());
    this.servers =
        asking.servers().stream().map(at -> new ScannerServer(name, at, nanoClock)).toList();
  }

  /**
   * Blocks for the site's wait, at most. Half of that may be spent in waiting for a place, so that
   * each server has at least half of its share.
   *
   * @throws UncheckedIOException if the content cannot be had now: a mail that no scanner has seen
   *     for that reason is not one that passes because the scanner is away
   */
  ScanAnswer<A> ask(ScannedMail mail) {
    long wait = asking.answerWait().toNanos();
    long end = System.nanoTime() + wait;
    try {
      if (!places.tryAcquire(wait / 2, TimeUnit.NANOSECONDS)) {
        return new ScanAnswer.Unscanned<>("the scanner is busy");
      }
      Held place = new Held();
      try {
        return askInTurn(mail, end, place);
      } finally {
        place.leave();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ScanAnswer.Unscanned<>("the scanner was not waited for");
    }
  }

  /** A mail's place, which is free when the last of its scans has ended, also one given up. */
  private final class Held {
    private final AtomicInteger holders = new AtomicInteger(1);

    void enter() {
      holders.incrementAndGet();
    }

    void leave() {
      if (holders.decrementAndGet() == 0) {
        places.release();
      }
    }
  }

  private ScanAnswer<A> askInTurn(ScannedMail mail, long end, Held held)
      throws InterruptedException {
    List<ScannerServer> inTurn = inTurn();
    for (int i = 0; i < inTurn.size(); i++) {
      ScannerServer server = inTurn.get(i);
      if (server.isAsked()) {
        long share = (end - System.nanoTime()) / (inTurn.size() - i);
        try {
          ScanAnswer<A> answer = scan(server, mail, share, held);
          server.answered();
          return answer;
        } catch (IOException e) {
          server.failed(mail.envelope().id(), e);
        }
      }
    }
    return new ScanAnswer.Unscanned<>("the scanner is away");
  }

  private List<ScannerServer> inTurn() {
    if (servers.size() == 1) {
      return servers;
    }
    List<ScannerServer> inTurn = new ArrayList<>(servers.size());
    List<ScannerServer> last = new ArrayList<>();
    for (ScannerServer server : servers) {
      (server.isAskedInTurn() ? inTurn : last).add(server);
    }
    inTurn.addAll(last);
    return inTurn;
  }

  /**
   * On a thread of its own, whose interruption ends nearly whatever it waits for.
   *
   * @throws UncheckedIOException if the content cannot be had now, or most of the time was spent in
   *     waiting for it, which is not the scanner's fault
   */
  private ScanAnswer<A> scan(ScannerServer server, ScannedMail mail, long nanos, Held held)
      throws IOException, InterruptedException {
    ContentWait content = new ContentWait();
    ScannedMail watched = content.watched(mail);
    FutureTask<ScanAnswer<A>> scan = new FutureTask<>(() -> scanner.scan(server.place(), watched));
    held.enter();
    Thread.ofVirtual()
        .name("scan")
        .start(() -> {
          try {
            scan.run();
          } finally {
            held.leave();
          }
        });
    try {
      return scan.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      if (content.nanos() > nanos / 2) {
        throw unread(mail, new ContentsAway("the content store does not answer in time"));
      }
      throw new IOException("no answer within " + Duration.ofNanos(nanos).toMillis() + " ms");
    } catch (ExecutionException e) {
      if (ContentsAway.isCauseOf(e)) {
        throw unread(mail, e.getCause());
      }
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case UncheckedIOException failure -> throw failure.getCause();
        case null, default -> throw new IOException(String.valueOf(e.getCause()), e);
      }
    } finally {
      scan.cancel(true);
    }
  }

  private static UncheckedIOException unread(ScannedMail mail, @Nullable Throwable why) {
    String content = "the content of " + mail.envelope().id();
    return new UncheckedIOException(content, new IOException(content, why));
  }
}
