package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The ingress alone, at a broker of its own that flushes: mails a second into the log, over kept
 * connections and over one each, which is then also the rate of sessions; how long the final reply
 * takes at half of that rate; and what sessions that do nothing cost. Limit: sender, ingress and
 * broker share this machine.
 */
@Command(name = "door", description = "Mails and sessions a second into the log; idle sessions.")
final class DoorCommand implements Callable<Integer> {
  private static final Duration SEND_WAIT = Duration.ofMinutes(5);
  private static final int OCTETS = 5_000;

  @Option(names = "--sessions", split = ",", description = "at once (${DEFAULT-VALUE})")
  private List<Integer> sessions = List.of(50, 500);

  @Option(names = "--mails", description = "of each measurement (${DEFAULT-VALUE})")
  private int mails = 60_000;

  @Option(names = "--warm-up", description = "mails before them (${DEFAULT-VALUE})")
  private int warmUp = 100_000;

  @Option(names = "--idle", description = "sessions that do nothing (${DEFAULT-VALUE})")
  private int idle = 10_000;

  private final Table rates =
      new Table(
          "sessions",
          "idle beside them",
          "mails/s, kept",
          "CPU ms/mail",
          "mails = sessions/s",
          "CPU ms/mail",
          "final dot → 250 at half the rate, p50/p99 ms",
          "memory MiB");

  /** What is measured, and its site. */
  private record Door(BenchSite site, ServiceProcess ingress) {}

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.now());
    PeerPrograms.available(List.of(), false);
    Path folder = Folders.temporary(Folders.DISK);
    BenchSite site = BenchSite.write(Files.createDirectory(folder.resolve("site")), Ports.free());
    Progress progress = new Progress(2 + 2 * sessions.size());
    try (DeliveryRig rig = new DeliveryRig()) {
      Path data = Files.createDirectory(folder.resolve("data"));
      ServiceProcess ingress =
          ServiceProcess.begin("ingress-smtp", site, data, rig.bootstrapServers());
      ingress.awaitReady();
      Door door = new Door(site, ingress);
      progress.begin("warming up with %,d mails".formatted(warmUp));
      send(door, sessions.getFirst(), warmUp, true);
      progress.end();
      for (int count : sessions) {
        row(door, count, 0, progress);
      }
      progress.begin("opening %,d sessions".formatted(idle));
      try (IdleSessions opened = IdleSessions.open(site.outside(), idle)) {
        progress.end();
        for (int count : sessions) {
          row(door, count, opened.greeted(), progress);
        }
      }
    }
    progress.over();
    System.out.print("\n" + rates);
    return 0;
  }

  private record Rate(double mails, double cpuMillis) {}

  private void row(Door door, int count, int idleNow, Progress progress) throws IOException {
    progress.begin("%,d sessions, %,d idle".formatted(count, idleNow));
    Rate kept = send(door, count, mails, true);
    Rate fresh = send(door, count, mails / 2, false);
    OpenLoop loop = new OpenLoop(door.site.submission(), count, LoadSession.text(OCTETS));
    OpenLoop.Sent sent = loop.run(1, mails / 2, kept.mails / 2);
    long[] micros =
        IntStream.range(0, sent.count())
            .mapToLong(i -> sent.reply()[i] - sent.dot()[i])
            .sorted()
            .toArray();
    rates.row(
        "%,d".formatted(count),
        "%,d".formatted(idleNow),
        "%,.0f".formatted(kept.mails),
        "%.3f".formatted(kept.cpuMillis),
        "%,.0f".formatted(fresh.mails),
        "%.3f".formatted(fresh.cpuMillis),
        "%.1f / %.1f"
            .formatted(
                Statistics.percentile(micros, 0.5) / 1e3,
                Statistics.percentile(micros, 0.99) / 1e3),
        "%,.0f".formatted(door.ingress.memoryKibibytes() / 1024.0));
    progress.end();
  }

  private static Rate send(Door door, int count, int number, boolean isKept) throws IOException {
    Duration cpu = door.ingress.cpu();
    long begun = System.nanoTime();
    Load load = new Load(Way.SUBMISSION, OCTETS, count, isKept);
    Programs.run(SEND_WAIT, Turns.source(door.site.submission(), load, number, false));
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Rate(number / seconds, door.ingress.cpu().minus(cpu).toNanos() / 1e6 / number);
  }
}
