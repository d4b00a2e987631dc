package postbus.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long Postbus takes to start: until it says that it is ready, until a mail gets its 250, and
 * until that mail is at its destination; on a fresh folder, after a clean stop, after a kill -9,
 * and while mails wait for later. The clock starts before the launcher does. A client tries every
 * few milliseconds, which takes a little of the CPU.
 */
@Command(name = "start", description = "Time until a mail goes through.")
final class StartCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration TRY_AGAIN = Duration.ofMillis(20);
  private static final Duration SETTLE = Duration.ofSeconds(3);

  @Option(names = "--rounds", description = "of which the median counts (${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(names = "--waiting", description = "mails that wait; 0: leave out (${DEFAULT-VALUE})")
  private int waiting = 1_000_000;

  @Option(names = "--folder", description = "on which disk the queue is (${DEFAULT-VALUE})")
  private Path folder = Folders.DISK;

  private final Map<String, List<Start>> starts = new LinkedHashMap<>();

  /** Seconds from the beginning. */
  private record Start(double ready, double accepted, double delivered) {}

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.now());
    PeerPrograms.available(List.of(), false);
    int sinkPort = Ports.free();
    PostbusRelay relay = Closing.later(new PostbusRelay(Folders.temporary(folder), sinkPort));
    Sink sink = Closing.later(Sink.start(sinkPort));
    Progress progress = new Progress(rounds * 3 + (waiting > 0 ? rounds + 1 : 0));
    for (int round = 1; round <= rounds; round++) {
      relay.clear();
      measure("a fresh folder", relay, sink, progress);
      relay.stop();
      measure("after a clean stop", relay, sink, progress);
      relay.kill9();
      measure("after kill -9", relay, sink, progress);
      relay.stop();
    }
    if (waiting > 0) {
      progress.begin("writing %,d mails".formatted(waiting));
      relay.start();
      Deferred.write(relay.bootstrapServers(), 0, waiting, at -> progress.far("%,d".formatted(at)));
      relay.stop();
      progress.end();
      for (int round = 1; round <= rounds; round++) {
        measure("%,d mails wait".formatted(waiting), relay, sink, progress);
        relay.stop();
      }
    }
    progress.over();
    System.out.print("\n" + table());
    return 0;
  }

  private void measure(String kind, PostbusRelay relay, Sink sink, Progress progress)
      throws IOException {
    progress.begin(kind);
    int before = sink.mails();
    long begun = System.nanoTime();
    relay.begin();
    CompletableFuture<Long> ready =
        CompletableFuture.supplyAsync(() -> {
          relay.awaitReady();
          return System.nanoTime();
        });
    if (!Waits.until(LIMIT, () -> isTaken(relay))) {
      throw new Unmeasured("no mail was taken:\n" + relay.said());
    }
    long accepted = System.nanoTime();
    if (!Waits.until(LIMIT, () -> sink.mails() > before)) {
      throw new Unmeasured("the mail did not arrive:\n" + relay.said());
    }
    long delivered = sink.lastNanos();
    starts
        .computeIfAbsent(kind, _ -> new ArrayList<>())
        .add(
            new Start(
                (ready.join() - begun) / 1e9, (accepted - begun) / 1e9, (delivered - begun) / 1e9));
    // Its outcome is recorded, so that the next start has not this mail to deliver.
    Waits.pause(SETTLE);
    progress.end();
  }

  private static boolean isTaken(PostbusRelay relay) {
    try (LoadSession session = new LoadSession(relay.port(Way.SUBMISSION))) {
      session.send(1, LoadSession.text(1_000));
      return true;
    } catch (IOException e) {
      if (!relay.isAlive()) {
        throw new Unmeasured("Postbus ended:\n" + relay.said());
      }
      Waits.pause(TRY_AGAIN);
      return false;
    }
  }

  private Table table() {
    Table table = new Table("start", "says it is ready, s", "first 250, s", "delivered, s");
    starts.forEach((kind, all) ->
        table.row(
            kind,
            seconds(all.stream().map(Start::ready).toList()),
            seconds(all.stream().map(Start::accepted).toList()),
            seconds(all.stream().map(Start::delivered).toList())));
    return table;
  }

  private static String seconds(List<Double> values) {
    return "%.2f".formatted(Statistics.median(values));
  }
}
