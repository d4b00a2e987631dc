package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From SMTP into mailboxes, beside Postfix: into Maildirs, over LMTP to one Dovecot, and by a
 * {@code dovecot-lda} for each mail. Both servers run and take turns; each mail must be there,
 * once. What is durable when: both before their 250; then Postfix's {@code virtual} and Dovecot
 * force the file, Postbus the file and its folder. Limit: sender, servers and Dovecot share this
 * machine.
 */
@Command(name = "mailboxes", description = "Into Maildirs, Dovecot's LMTP and dovecot-lda.")
final class MailboxesCommand implements Callable<Integer> {
  private static final int MAILS_FIRST = 200;
  private static final int MAILS_MAX = 50_000;

  @Option(names = "--way", split = ",", description = "maildir, lmtp, lda (all)")
  private List<MailboxWay> ways = List.of(MailboxWay.values());

  @Option(names = "--bytes", description = "octets of a mail (${DEFAULT-VALUE})")
  private int octets = 5_000;

  @Option(names = "--sessions", description = "that bring mails (${DEFAULT-VALUE})")
  private int sessions = 20;

  @Option(names = "--turns", description = "of each server and way (${DEFAULT-VALUE})")
  private int turns = 3;

  @Option(names = "--seconds", description = "that a turn takes, about (${DEFAULT-VALUE})")
  private int seconds = 4;

  @Option(names = "--warm-up", description = "seconds, for Postbus (${DEFAULT-VALUE})")
  private int warmUp = 20;

  @Option(names = "--relays", split = ",", description = "which (${DEFAULT-VALUE})")
  private List<String> names = List.of("postbus", "postfix");

  @Option(names = "--folder", description = "on which disk mailboxes are (${DEFAULT-VALUE})")
  private Path folder = Folders.DISK;

  private final Table table =
      new Table(
          "way", "server", "accepted/s", "in the mailbox/s", "least–most", "CPU ms/mail", "MiB");

  /** A server, where its mails end, and whose CPU counts too. */
  private record Peer(Relay relay, Mailboxes mailboxes, Optional<ProcessGroup> helper) {}

  @Override
  public Integer call() throws IOException {
    Machine machine = Machine.now();
    if (!Programs.areWeRoot()) {
      throw new Unmeasured("only root can run what is measured beside Postbus");
    }
    List<String> there = PeerPrograms.available(names, false);
    PeerPrograms.dovecot();
    Path own = Folders.temporary(folder);
    Progress progress = new Progress(ways.size() * there.size() * (1 + turns));
    for (MailboxWay way : ways) {
      measure(way, Files.createDirectory(own.resolve(way.folder())), there, progress);
    }
    progress.over();
    System.out.print(machine + "\n\n" + table);
    return 0;
  }

  private void measure(MailboxWay way, Path there, List<String> relays, Progress progress)
      throws IOException {
    Dovecot dovecot = Dovecot.start(Files.createDirectory(there.resolve("dovecot")));
    List<Peer> peers = new ArrayList<>();
    for (String name : relays) {
      peers.add(
          name.equals("postbus") ? postbus(way, there, dovecot) : postfix(way, there, dovecot));
    }
    MailboxTurns each = new MailboxTurns(octets, sessions);
    Map<Peer, Integer> mails = new LinkedHashMap<>();
    for (Peer peer : peers) {
      progress.begin("%s, %s: not counted".formatted(way, peer.relay.name()));
      mails.put(peer, warmUp(peer, each));
      progress.end();
    }
    Map<Peer, List<Turn>> all = new LinkedHashMap<>();
    for (TurnOrder.Next next : TurnOrder.of(peers.size(), turns)) {
      Peer peer = peers.get(next.relay());
      progress.begin("%s, %s: turn %d".formatted(way, peer.relay.name(), next.turn()));
      all.computeIfAbsent(peer, _ -> new ArrayList<>())
          .add(run(peer, each, mails.getOrDefault(peer, MAILS_FIRST)));
      progress.end();
    }
    for (Peer peer : peers) {
      MailboxTurns.tellApart(peer.mailboxes);
    }
    all.forEach((peer, some) -> row(way, peer, some));
    peers.forEach(peer -> peer.relay.close());
    dovecot.close();
  }

  /** How many mails a turn of it has. */
  private int warmUp(Peer peer, MailboxTurns each) throws IOException {
    boolean isJvm = peer.relay instanceof PostbusRelay;
    long end = System.nanoTime() + Duration.ofSeconds(isJvm ? warmUp : seconds).toNanos();
    int mails = MAILS_FIRST;
    do {
      mails = (int) Math.clamp(run(peer, each, mails).rate() * seconds, MAILS_FIRST, MAILS_MAX);
    } while (System.nanoTime() < end);
    return mails;
  }

  private static Turn run(Peer peer, MailboxTurns each, int mails) throws IOException {
    return each.run(peer.relay, peer.mailboxes, peer.helper, mails);
  }

  private static Peer postbus(MailboxWay way, Path there, Dovecot dovecot) throws IOException {
    Path site = Files.createDirectories(there.resolve("postbus/site"));
    BenchSite written = BenchSite.withMailboxes(site, way.section(dovecot));
    PostbusRelay relay = new PostbusRelay(there.resolve("postbus"), written, Dovecot.before());
    Path root =
        way == MailboxWay.MAILDIR ? there.resolve("postbus/data") : there.resolve("dovecot");
    return started(way, relay, root, dovecot);
  }

  private static Peer postfix(MailboxWay way, Path there, Dovecot dovecot) throws IOException {
    Path own = Files.createDirectory(there.resolve("postfix"));
    Path mail = Files.createDirectories(own.resolve("mail").resolve(Relay.DOMAIN));
    Dovecot.owned(mail);
    Path users =
        Files.writeString(
            own.resolve("users"),
            Mailboxes.users().stream()
                .map(user -> "%s@%s %s/Maildir/\n".formatted(user, Relay.DOMAIN, user))
                .collect(Collectors.joining()));
    PostfixRelay relay =
        new PostfixRelay(
            own,
            Ports.free(),
            way.settings(dovecot, users, own),
            MailboxWay.services(dovecot),
            Dovecot.before());
    return started(way, relay, way == MailboxWay.MAILDIR ? own : there.resolve("dovecot"), dovecot);
  }

  private static Peer started(MailboxWay way, Relay relay, Path root, Dovecot dovecot)
      throws IOException {
    Closing.later(relay);
    System.err.println("bench: starting " + relay.name() + ", " + relay.version());
    relay.start();
    return new Peer(
        relay,
        new Mailboxes(root),
        way == MailboxWay.MAILDIR ? Optional.empty() : Optional.of(dovecot.processes()));
  }

  private void row(MailboxWay way, Peer peer, List<Turn> some) {
    List<Double> rates = some.stream().map(Turn::rate).sorted().toList();
    table.row(
        way,
        peer.relay.name(),
        "%,.0f".formatted(median(some.stream().map(Turn::acceptRate).toList())),
        "%,.0f".formatted(median(rates)),
        "%,.0f–%,.0f".formatted(rates.getFirst(), rates.getLast()),
        "%.2f".formatted(median(some.stream().map(Turn::cpuMillis).toList())),
        "%,.0f".formatted(median(some.stream().map(Turn::memoryMebibytes).toList())));
  }

  private static double median(List<Double> values) {
    return Statistics.median(values);
  }
}
