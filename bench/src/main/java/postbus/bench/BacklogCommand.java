package postbus.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What mails that wait for later cost the whole of Postbus: its rate to one healthy destination,
 * CPU and memory while so many wait, after a restart. They are {@link Deferred}, written straight
 * into its log. Limit: the rows are measured one after another, not in turns, since what waits only
 * grows; 1,000,000 mails take some 6 GB of disk.
 */
@Command(name = "backlog", description = "Rate and memory while deferred mails wait.")
final class BacklogCommand implements Callable<Integer> {
  private static final int WARM_UP = 20_000;

  @Option(names = "--waiting", split = ",", description = "growing (${DEFAULT-VALUE})")
  private List<Integer> counts = List.of(0, 10_000, 100_000, 1_000_000);

  @Option(names = "--mails", description = "of a turn (${DEFAULT-VALUE})")
  private int mails = 20_000;

  @Option(names = "--turns", description = "of which the median counts (${DEFAULT-VALUE})")
  private int turns = 3;

  @Option(names = "--folder", description = "on which disk the queue is (${DEFAULT-VALUE})")
  private Path folder = Folders.DISK;

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.now());
    PeerPrograms.available(List.of(), false);
    int sinkPort = Ports.free();
    PostbusRelay relay = Closing.later(new PostbusRelay(Folders.temporary(folder), sinkPort));
    Sink sink = Closing.later(Sink.start(sinkPort));
    Progress progress = new Progress(counts.size() * (2 + turns));
    Table table =
        new Table("waiting", "ready, s", "accepted/s", "end to end/s", "CPU ms/mail", "MiB");
    int waiting = 0;
    for (int count : counts) {
      progress.begin("%,d mails wait: writing them".formatted(count));
      if (count > waiting) {
        int from = waiting;
        relay.start();
        Deferred.write(
            relay.bootstrapServers(), from, count, at -> progress.far("%,d".formatted(at)));
        waiting = count;
        relay.stop();
      }
      progress.end();
      long begun = System.nanoTime();
      relay.start();
      double ready = (System.nanoTime() - begun) / 1e9;
      measure(waiting, ready, relay, new Turns(sink, progress), progress, table);
      relay.stop();
    }
    progress.over();
    System.out.print("\n" + table);
    return 0;
  }

  private void measure(
      int waiting, double ready, Relay relay, Turns each, Progress progress, Table table)
      throws IOException {
    Load load = new Load(Way.SUBMISSION, DeliveryRig.CONTENT_OCTETS, 50, true);
    progress.begin("%,d mails wait: warming up".formatted(waiting));
    each.run(relay, load, Math.min(WARM_UP, mails));
    progress.end();
    List<Turn> all = new ArrayList<>();
    for (int turn = 1; turn <= turns; turn++) {
      progress.begin("%,d mails wait: turn %d of %d".formatted(waiting, turn, turns));
      all.add(each.run(relay, load, mails));
      progress.end();
    }
    table.row(
        "%,d".formatted(waiting),
        "%.1f".formatted(ready),
        "%,.0f".formatted(Statistics.median(all.stream().map(Turn::acceptRate).toList())),
        "%,.0f".formatted(Statistics.median(all.stream().map(Turn::rate).toList())),
        "%.2f".formatted(Statistics.median(all.stream().map(Turn::cpuMillis).toList())),
        "%,.0f".formatted(Statistics.median(all.stream().map(Turn::memoryMebibytes).toList())));
  }
}
