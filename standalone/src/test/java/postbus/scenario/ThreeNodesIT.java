package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/**
 * A cluster of three brokers and two of each service, under load for healthy and dead destinations:
 * a broker and one of each service are killed and come back. No mail that got its 250 is lost, a
 * kill doubles at most one for each session to the outside, and each recovery is timed: until all
 * has arrived that was taken before the kill and in the second after it.
 */
class ThreeNodesIT {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration AFTER_THE_KILL = Duration.ofSeconds(1);
  private static final String MAILBOX = NumberedMails.SENDER;

  /** Arrivals that show that mail flows. */
  private static final int SOME = 50;

  @TempDir Path folder;
  private final int deadPort = FreePort.here();
  private ScriptedSmtpServer world;
  private ThreeNodes nodes;
  private List<NumberedMails> mails = List.of();
  private long sessions;

  @Test
  void whicheverDiesTheOthersGoOnAndNothingIsLost() throws Exception {
    world = ScriptedSmtpServer.start(Script.GOOD.slowness(Duration.ofMillis(200)));
    List<TestSite> sites = List.of(site(0), site(1));
    long begun = System.nanoTime();
    nodes = ThreeNodes.start(folder, sites);
    mails = List.of(new NumberedMails(sites.get(0)), new NumberedMails(sites.get(1), 1_000_000));
    try {
      for (NumberedMails each : mails) {
        each.from(TestSite.APP_SERVER, ThreeNodesIT::recipient);
        each.from(TestSite.OUTSIDER, _ -> MAILBOX);
      }
      awaitFlow();
      report("start", begun);
      isKilled(ThreeNodes.broker(nodes.leadingController()));
      isKilled("router-service/0");
      isKilled("delivery-service/0", "imap-bridge/0", "policy-service/0");
      isKilled("ingress-smtp/0");
      awaitFlow();
      for (NumberedMails each : mails) {
        each.end();
      }
      everythingArrives();
    } finally {
      mails.forEach(NumberedMails::close);
      nodes.close();
      world.close();
    }
  }

  private TestSite site(int node) throws IOException {
    Path machine = Files.createDirectory(folder.resolve("machine-" + node));
    return TestSite.at(ThreeNodes.address(node), machine, world.port())
        .with("# routes:\n", "routes:\n  dead.example: [127.0.0.1:" + deadPort + "]\n")
        .with("verdict-wait: 20s", "verdict-wait: 2s");
  }

  private static String recipient(int n) {
    return switch (n % 10) {
      case 0 -> "user@dead.example";
      case 1 -> "slow@healthy.example";
      default -> "user" + n % 7 + "@healthy.example";
    };
  }

  /** Ends these at once; when others have done what they had in hand, starts them again. */
  private void isKilled(String... names) throws Exception {
    int connections = world.connections();
    sessions += world.openConnections();
    long begun = System.nanoTime();
    for (String name : names) {
      nodes.kill9(name);
    }
    sessions += world.connections() - connections;
    Set<Integer> before = taken();
    await("a second passes")
        .pollDelay(AFTER_THE_KILL)
        .untilAsserted(() -> assertThat(taken()).containsAll(before));
    Set<Integer> waiting = taken();
    await("others do the work of " + String.join(", ", names))
        .atMost(LIMIT)
        .pollInterval(POLL)
        .ignoreException(UncheckedIOException.class)
        .untilAsserted(() -> assertThat(arrived()).containsAll(waiting));
    report("recovery from the kill of " + String.join(", ", names), begun);
    Stream.of(names).forEach(nodes::begin);
    Stream.of(names).forEach(nodes::awaitReady);
  }

  private static void report(String what, long begun) {
    System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - begun) / 1e9);
  }

  private void awaitFlow() {
    int before = world.mails().size();
    await("mails flow").atMost(LIMIT).until(() -> world.mails().size() > before + SOME);
  }

  /** Who got a 250, but for the dead site. */
  private Set<Integer> taken() {
    Set<Integer> taken = new HashSet<>(takenFor("@healthy"));
    taken.addAll(takenFor(MAILBOX));
    return taken;
  }

  private Set<Integer> takenFor(String part) {
    Set<Integer> taken = new HashSet<>();
    mails.forEach(each -> taken.addAll(each.acceptedFor(part)));
    return taken;
  }

  /** Fails, to be asked again, if a mailbox gets a mail while it is looked at. */
  private Set<Integer> arrived() {
    return Arrivals.at(world).and(Arrivals.inMailboxes(nodes.data())).times().keySet();
  }

  /** The dead site lives again, and an operator says so. */
  private void everythingArrives() throws Exception {
    try (ScriptedSmtpServer late =
        ScriptedSmtpServer.start(
            Script.GOOD, InetAddress.getByName(TestSite.THIS_HOST), deadPort)) {
      String site = TestSite.THIS_HOST + "-" + deadPort;
      String kafka = nodes.bootstrapServers();
      Operator.prints("queue", "retry", "--site", site, "--wait", "60s", "--kafka", kafka);
      Set<Integer> dead = takenFor("@dead");
      await("all mail")
          .atMost(LIMIT)
          .pollInterval(POLL)
          .ignoreException(UncheckedIOException.class)
          .untilAsserted(() -> {
            assertThat(arrived()).containsAll(taken());
            assertThat(Arrivals.at(late).times().keySet()).containsAll(dead);
          });
      long doubled = Arrivals.at(world, late).doubled();
      System.out.printf(
          "%d mails accepted, %d of them for a dead site, 0 lost, %d doubled; %d sessions were"
              + " open at kills%n",
          taken().size() + dead.size(), dead.size(), doubled, sessions);
      assertThat(doubled).as("doubled to the outside").isLessThanOrEqualTo(sessions);
    }
    assertThat(Arrivals.inMailboxes(nodes.data()).doubled()).as("doubled in mailboxes").isZero();
    Recorded.at(nodes.bootstrapServers()).assertThatNoStepIsRecordedTwice();
  }
}
