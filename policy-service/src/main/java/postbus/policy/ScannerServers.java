package postbus.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import postbus.log.Alarm;
import postbus.site.Scanners.Asking;
import postbus.site.Scanners.Place;

/**
 * The servers of one scanner: the first that answers is believed. Each failed one leaves the others
 * an equal share of the time; one that failed several times in a row is left alone for a while, and
 * alarmed. So what a scanner that is down, slow or broken costs is bounded for each mail by the
 * site's wait, and soon nothing; a slow scan holds up its own mail alone.
 *
 * @param <A> what the scanner says of a mail
 */
final class ScannerServers<A> {
  /** Failures in a row after which a server is left alone. */
  static final int FAILURES_MAX = 3;

  /** How often one mail may try a server that is left alone. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(ScannerServers.class);

  private final String name;
  private final Scanner<A> scanner;
  private final Asking asking;
  private final List<Server> servers;
  private final Semaphore places;

  /** What came of asking. */
  sealed interface Answer<A> {
    /** A server has looked at the mail. */
    record Found<A>(A found) implements Answer<A> {}

    /** None has. @param why for those who read the mail: no names of hosts */
    record Away<A>(String why) implements Answer<A> {}
  }

  private record Server(Place place, Breaker breaker) {}

  /**
   * @param name for operators
   */
  ScannerServers(String name, Scanner<A> scanner, Asking asking, LongSupplier nanoClock) {
    this.name = name;
    this.scanner = scanner;
    this.asking = asking;
    this.places = new Semaphore(asking.atOnceMax());
    this.servers =
        asking.servers().stream()
            .map(place -> new Server(place, new Breaker(FAILURES_MAX, PROBE_EVERY, nanoClock)))
            .toList();
  }

  /** Blocks for the site's wait, at most. */
  Answer<A> ask(ScannedMail mail) {
    long end = System.nanoTime() + asking.answerWait().toNanos();
    try {
      if (!places.tryAcquire(asking.answerWait().toNanos(), TimeUnit.NANOSECONDS)) {
        return new Answer.Away<>("the scanner is busy");
      }
      try {
        return askInTurn(mail, end);
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Away<>("the scanner was not waited for");
    }
  }

  private Answer<A> askInTurn(ScannedMail mail, long end) throws InterruptedException {
    for (int i = 0; i < servers.size(); i++) {
      Server server = servers.get(i);
      if (server.breaker().allows()) {
        long share = (end - System.nanoTime()) / (servers.size() - i);
        try {
          A found = scan(server.place(), mail, share);
          answered(server);
          return new Answer.Found<>(found);
        } catch (IOException e) {
          failed(server, mail, e);
        }
      }
    }
    return new Answer.Away<>("the scanner is away");
  }

  /** On a thread of its own, whose interruption ends whatever it waits for. */
  private A scan(Place place, ScannedMail mail, long nanos)
      throws IOException, InterruptedException {
    FutureTask<A> scan = new FutureTask<>(() -> scanner.scan(place, mail));
    Thread.ofVirtual().name("scan").start(scan);
    try {
      return scan.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw new IOException("no answer within " + Duration.ofNanos(nanos).toMillis() + " ms");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case UncheckedIOException failure -> throw failure.getCause();
        case null, default -> throw new IOException(String.valueOf(e.getCause()), e);
      }
    } finally {
      scan.cancel(true);
    }
  }

  private void answered(Server server) {
    if (server.breaker().answered()) {
      LOG.infof("The %s scanner %s answers again.", name, server.place());
    }
  }

  private void failed(Server server, ScannedMail mail, IOException why) {
    if (server.breaker().failed()) {
      Alarm.SCANNER_AWAY.raise(
          LOG,
          "the %s scanner %s failed %d times in a row and is left alone, but for one mail in %s: %s",
          name,
          server.place(),
          FAILURES_MAX,
          PROBE_EVERY,
          why);
    } else {
      LOG.warnf("mail %s: the %s scanner %s: %s", mail.envelope().id(), name, server.place(), why);
    }
  }
}
