package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a mail takes at a quarter, half and three quarters of the rate that Postbus reaches at
 * most: from when it was due until its 250, so that a wait of the sender itself is in it; from its
 * final dot until the 250; and from there until the destination has it. The senders, Postbus and
 * the destination are on this machine and see the same clock. Limit: what runs beside it, senders
 * and destination too, is in the figures.
 */
@Command(name = "latency", description = "From the final dot to 250, and on to delivery.")
final class LatencyCommand implements Callable<Integer> {
  private static final int CLOSED_SESSIONS = 50;
  private static final int TOP_MAILS_MAX = 100_000;
  private static final Duration ARRIVE_WAIT = Duration.ofMinutes(3);
  private static final Duration QUIET = Duration.ofSeconds(1);

  @Option(names = "--top", description = "mails a second at most; measured before by default")
  private int top;

  @Option(names = "--seconds", description = "of each load (${DEFAULT-VALUE})")
  private int seconds = 20;

  @Option(names = "--sessions", description = "that bring mails (${DEFAULT-VALUE})")
  private int sessions = 200;

  @Option(names = "--bytes", description = "octets of a mail (${DEFAULT-VALUE})")
  private int octets = 5_000;

  @Option(names = "--way", description = "submission or outside (${DEFAULT-VALUE})")
  private Way way = Way.SUBMISSION;

  @Option(names = "--warm-up", description = "mails (${DEFAULT-VALUE})")
  private int warmUp = 40_000;

  @Option(names = "--folder", description = "on which disk the queue is (${DEFAULT-VALUE})")
  private Path folder = Folders.DISK;

  private final Table table =
      new Table(
          "of the top rate",
          "mails/s",
          "late p50/p99/p99.9",
          "due → 250",
          "final dot → 250",
          "250 → delivered");

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.now());
    PeerPrograms.available(List.of(), false);
    int sinkPort = Ports.free();
    PostbusRelay relay = Closing.later(new PostbusRelay(Folders.temporary(folder), sinkPort));
    Progress progress = new Progress(5);
    progress.begin("starting Postbus");
    relay.start();
    progress.end();
    double rate = top(relay, sinkPort, progress);
    System.out.printf("top rate: %,.0f mails a second; ms, p50/p99/p99.9%n", rate);
    OpenLoop load = new OpenLoop(relay.port(way), sessions, LoadSession.text(octets));
    try (Child destination = Child.start(Destination.class, 1, sinkPort)) {
      int first = 1;
      for (double share : new double[] {0.25, 0.5, 0.75}) {
        progress.begin("%.0f %% of the top rate, for %d s".formatted(100 * share, seconds));
        int count = (int) Math.max(1, rate * share * seconds);
        OpenLoop.Sent sent = load.run(first, count, rate * share);
        row(share, sent, arrivals(destination, sent));
        first += count;
        progress.end();
      }
    }
    progress.over();
    System.out.print("\n" + table);
    return 0;
  }

  /** As fast as it goes, by sessions that bring the next mail after the last one's 250. */
  private double top(Relay relay, int sinkPort, Progress progress) throws IOException {
    Load load = new Load(way, octets, CLOSED_SESSIONS, true);
    try (Sink sink = Sink.start(sinkPort)) {
      Turns turns = new Turns(sink, progress);
      progress.begin("warming up with %,d mails".formatted(warmUp));
      double rate = turns.run(relay, load, warmUp).rate();
      if (top == 0) {
        rate = turns.run(relay, load, (int) Math.min(rate * seconds, TOP_MAILS_MAX)).rate();
      }
      progress.end();
      return top == 0 ? rate : top;
    }
  }

  /** When each arrived, by its number; each has, once. */
  private static Map<Integer, Long> arrivals(Child destination, OpenLoop.Sent sent)
      throws IOException {
    int all = sent.first() + sent.count() - 1;
    Waits.until(ARRIVE_WAIT, () -> Integer.parseInt(destination.ask("count")) >= all);
    Waits.pause(QUIET);
    Path file = Files.createTempFile("postbus-arrivals", ".txt");
    try {
      destination.ask("write " + file);
      List<String> lines = Files.readAllLines(file);
      String wrong = EachOnce.wrong(lines, all);
      if (!wrong.isEmpty()) {
        throw new Unmeasured(wrong);
      }
      Map<Integer, Long> micros = new HashMap<>();
      lines.stream()
          .map(Deliveries::reply)
          .forEach(reply -> micros.put(reply.number(), reply.micros()));
      return micros;
    } finally {
      Files.delete(file);
    }
  }

  private void row(double share, OpenLoop.Sent sent, Map<Integer, Long> arrivals) {
    long took = sent.reply()[sent.count() - 1] - sent.due()[0];
    table.row(
        "%.0f %%".formatted(100 * share),
        "%,.0f".formatted(sent.count() * 1e6 / took),
        percentiles(sent, i -> sent.begun()[i] - sent.due()[i]),
        percentiles(sent, i -> sent.reply()[i] - sent.due()[i]),
        percentiles(sent, i -> sent.reply()[i] - sent.dot()[i]),
        // A mail may be delivered before its sender has read the 250.
        percentiles(
            sent, i -> Math.max(0, arrivals.getOrDefault(sent.first() + i, 0L) - sent.reply()[i])));
  }

  private static String percentiles(OpenLoop.Sent sent, IntToLongFunction micros) {
    long[] sorted = IntStream.range(0, sent.count()).mapToLong(micros).sorted().toArray();
    return Arrays.stream(new double[] {0.5, 0.99, 0.999})
        .mapToObj(share -> "%.1f".formatted(Statistics.percentile(sorted, share) / 1e3))
        .reduce((a, b) -> a + " / " + b)
        .orElseThrow();
  }
}
