package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Postbus beside Postfix and Exim, all of them running: {@code smtp-source}, the relay, {@code
 * smtp-sink}, on this machine. The relays take turns, one turn each and then the next, so that
 * whatever else the machine does hits all of them alike; of a load's turns the median counts. Each
 * mail is durable before its 250 in all of them, as they are by default. What it cannot tell: what
 * a relay would do with the whole machine for itself, since sender and sink take part of it.
 */
@Command(name = "relay", description = "Postbus beside Postfix and Exim: rates, CPU, memory.")
final class RelayCommand implements Callable<Integer> {
  private static final int MAILS_FIRST = 500;
  private static final int MAILS_MAX = 100_000;
  private static final Duration SIZING = Duration.ofSeconds(2);

  @Option(names = "--bytes", split = ",", description = "octets of a mail (${DEFAULT-VALUE})")
  private List<Integer> octets = List.of(5_000, 50_000);

  @Option(names = "--sessions", split = ",", description = "at once (${DEFAULT-VALUE})")
  private List<Integer> sessions = List.of(20, 50, 200);

  @Option(names = "--way", split = ",", description = "submission, outside (both)")
  private List<Way> ways = List.of(Way.values());

  @ArgGroup private Connection connection = new Connection();

  @Option(names = "--turns", description = "of each relay and load (${DEFAULT-VALUE})")
  private int turns = 3;

  @Option(names = "--seconds", description = "that a turn takes, about (${DEFAULT-VALUE})")
  private int seconds = 6;

  @Option(names = "--mails", description = "of a turn, instead of --seconds")
  private int mails;

  @Option(names = "--warm-up", description = "seconds for each relay (${DEFAULT-VALUE})")
  private int warmUp = 60;

  @Option(names = "--relays", split = ",", description = "which (${DEFAULT-VALUE})")
  private List<String> names = List.of("postbus", "postfix", "exim");

  @Option(names = "--yes", description = "get what is missing from Debian's packages, unasked")
  private boolean isAgreed;

  @Option(names = "--folder", description = "on which disk queues are (${DEFAULT-VALUE})")
  private Path folder = Folders.DISK;

  @Option(names = "--json", description = "print JSON instead of a table")
  private boolean isJson;

  /** Both, unless one is chosen. */
  static final class Connection {
    @Option(names = "--kept", description = "only connections that bring one mail after another")
    private boolean isKept;

    @Option(names = "--fresh", description = "only a connection for each mail")
    private boolean isFresh;

    List<Boolean> kinds() {
      return isKept ? List.of(true) : isFresh ? List.of(false) : List.of(false, true);
    }
  }

  /** Mails a second of each relay, as last seen. */
  private final Map<String, Double> rates = new LinkedHashMap<>();

  private Progress progress = new Progress(0);

  @Override
  public Integer call() throws IOException {
    Machine machine = Machine.now();
    List<String> there = PeerPrograms.available(names, isAgreed);
    Path own = Folders.temporary(folder);
    int sinkPort = Ports.free();
    List<Relay> relays = new ArrayList<>();
    for (String name : there) {
      relays.add(start(name, Files.createDirectory(own.resolve(name)), sinkPort));
    }
    RelayReport report = new RelayReport(machine, relays);
    List<Load> loads = loads();
    int rounds = turns + (mails == 0 ? 1 : 0);
    int checks = ways.size() * relays.size();
    progress = new Progress(checks + relays.size() * (1 + loads.size() * rounds));
    tellApart(relays, sinkPort, report);
    Sink sink = Closing.later(Sink.start(sinkPort));
    Turns each = new Turns(sink, progress);
    for (Relay relay : relays) {
      report.warmUp(relay, warmUp(relay, each, loads.getFirst()));
    }
    if (!isJson) {
      System.out.print(report.head());
    }
    for (Load load : loads) {
      measure(load, relays, each, report);
    }
    progress.over();
    System.out.print(isJson ? report.json() : report.table());
    return 0;
  }

  private static Relay start(String name, Path folder, int sinkPort) throws IOException {
    Relay relay =
        switch (name) {
          case "postbus" -> new PostbusRelay(folder, sinkPort);
          case "postfix" -> new PostfixRelay(folder, sinkPort);
          case "exim" -> new EximRelay(folder, sinkPort);
          default -> throw new Unmeasured("no relay that is known here: " + name);
        };
    Closing.later(relay);
    System.err.println("bench: starting " + name + ", " + relay.version());
    relay.start();
    return relay;
  }

  private List<Load> loads() {
    List<Load> loads = new ArrayList<>();
    for (Way way : ways) {
      for (int size : octets) {
        for (boolean isKept : connection.kinds()) {
          sessions.forEach(at -> loads.add(new Load(way, size, at, isKept)));
        }
      }
    }
    return loads;
  }

  private void tellApart(List<Relay> relays, int sinkPort, RelayReport report) throws IOException {
    EachOnce once = new EachOnce(sinkPort);
    for (Relay relay : relays) {
      for (Way way : ways) {
        progress.begin("%s, %s: does each mail arrive, once?".formatted(relay.name(), way));
        report.eachOnce(relay, way, once.check(relay, new Load(way, 5_000, 50, false)));
        progress.end();
      }
    }
  }

  /** How many mails it took. */
  private int warmUp(Relay relay, Turns each, Load load) throws IOException {
    progress.begin("%s: warming up for %d s".formatted(relay.name(), warmUp));
    long end = System.nanoTime() + Duration.ofSeconds(warmUp).toNanos();
    int all = 0;
    do {
      int some = rates.containsKey(relay.name()) ? lasting(relay, seconds) : MAILS_FIRST;
      rates.put(relay.name(), each.run(relay, load, some).rate());
      all += some;
    } while (System.nanoTime() < end);
    progress.end();
    return all;
  }

  private int lasting(Relay relay, long seconds) {
    double count = rates.getOrDefault(relay.name(), 0.0) * seconds;
    return (int) Math.clamp(count, MAILS_FIRST, MAILS_MAX);
  }

  private void measure(Load load, List<Relay> relays, Turns each, RelayReport report)
      throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Relay relay : relays) {
      if (mails == 0) {
        progress.begin("%s, %s: not counted".formatted(relay.name(), load));
        Turn sizing = each.run(relay, load, lasting(relay, SIZING.toSeconds()));
        rates.put(relay.name(), sizing.rate());
        progress.end();
      }
      counts.put(relay.name(), mails == 0 ? lasting(relay, seconds) : mails);
    }
    for (TurnOrder.Next next : TurnOrder.of(relays.size(), turns)) {
      Relay relay = relays.get(next.relay());
      progress.begin("%s, %s: turn %d of %d".formatted(relay.name(), load, next.turn(), turns));
      Turn turn = each.run(relay, load, counts.getOrDefault(relay.name(), MAILS_FIRST));
      report.turn(load, relay, turn);
      progress.end();
    }
    report.rows(load).forEach(row -> progress.say("  " + row));
  }
}
