package postbus.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import postbus.site.DeliveryLimits;
import postbus.site.Lending;
import postbus.site.SiteRule;

/** Servers that take mails, in a process of their own, and what can be said of how they came. */
final class Deliveries implements AutoCloseable {
  /** No site gets a lane of its own in the middle of a measurement. */
  static final DeliveryLimits LIMITS = limits(Map.of());

  private final Child destination;
  private final List<Integer> ports;
  private int mails;

  /** A mail that came: its number, and the microsecond since 1970 of its last reply. */
  record Reply(int number, long micros) {}

  Deliveries(int servers) {
    destination = Child.start(Destination.class, servers);
    ports = Arrays.stream(destination.first().split(" ")).map(Integer::valueOf).toList();
  }

  static DeliveryLimits limits(Map<String, SiteRule> sites) {
    DeliveryLimits usual = DeliveryLimits.DEFAULT;
    Lending none = new Lending(0, 600, Duration.ofMinutes(1), Duration.ofMinutes(10));
    return new DeliveryLimits(
        usual.connectionsPerSiteMax(),
        usual.recipientsPerMailMax(),
        usual.mailsPerConnectionMax(),
        usual.idleWait(),
        usual.connectWait(),
        usual.greetingWait(),
        usual.commandWait(),
        usual.dataWait(),
        usual.blockWait(),
        usual.finalDotWait(),
        usual.localWorkersMax(),
        usual.windowMails(),
        usual.windowOctets(),
        usual.connectionsAtFirst(),
        usual.busyWait(),
        none,
        sites,
        usual.tlsRules());
  }

  static void until(Duration atMost, BooleanSupplier holds) {
    if (!Waits.until(atMost, holds)) {
      throw new IllegalStateException("not within " + atMost);
    }
  }

  static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  Child destination() {
    return destination;
  }

  /** Puts mails for all servers in turn; not yet flushed. */
  void put(DeliveryRig rig, String lane, int count) {
    for (int i = 0; i < count; i++) {
      putOne(rig, lane, i);
    }
  }

  /** Puts the mail of this place in the turn; not yet flushed. */
  void putOne(DeliveryRig rig, String lane, int turn) {
    rig.put(lane, "127.0.0.1", ports.get(turn % ports.size()));
  }

  /** Waits for so many more. */
  void await(int count) {
    mails += count;
    destination.ask("wait " + mails);
  }

  /** The last so many, in the order in which they came. */
  List<Reply> last(int count) throws IOException {
    Path file = Files.createTempFile("postbus-replies", ".txt");
    try {
      destination.ask("write " + file);
      try (Stream<String> lines = Files.lines(file)) {
        List<Reply> all = lines.map(Deliveries::reply).toList();
        return all.subList(all.size() - count, all.size());
      }
    } finally {
      Files.delete(file);
    }
  }

  static Reply reply(String line) {
    int space = line.indexOf(' ');
    return new Reply(
        Integer.parseInt(line, 0, space, 10), Long.parseLong(line, space + 1, line.length(), 10));
  }

  /** Puts mails into the shared lane and waits for them: how many came in a second. */
  double serve(DeliveryRig rig, int count) throws IOException {
    put(rig, DeliveryRig.SHARED, count);
    rig.flush();
    await(count);
    return rate(last(count));
  }

  /** From the tenth part of them to the last but a tenth. */
  static double rate(List<Reply> replies) {
    int from = replies.size() / 10;
    int to = replies.size() - from;
    long micros = replies.get(to - 1).micros() - replies.get(from).micros();
    return (to - 1 - from) * 1e6 / micros;
  }

  /** When, and what else the machine does. */
  static void head(String what) {
    System.out.printf(
        "%s, %s, %d cores, JDK %s, load average before: %.1f%n",
        what,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  @Override
  public void close() {
    destination.close();
  }
}
