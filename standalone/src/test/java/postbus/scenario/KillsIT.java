package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Services and broker are killed at random under load, with destinations that are healthy, slow,
 * refuse, and are dead for a while. No mail that got its 250 is lost; a kill doubles at most one
 * mail for each session to the outside; nobody is told twice that his mail failed.
 *
 * <p>{@code -Dpostbus.kills=200} makes a long run of it, {@code -Dpostbus.kills.seed=N} repeats the
 * choices of another.
 */
class KillsIT {
  private static final int KILLS = Integer.getInteger("postbus.kills", 8);
  private static final Duration LIMIT = Duration.ofSeconds(240);

  /** Arrivals between one recovery and the next kill. */
  private static final int PROGRESS_MAX = 120;

  @TempDir Path folder;

  @Test
  void noKillLosesAMailAndEachDoublesAtMostOneASession() throws Exception {
    long seed = Long.getLong("postbus.kills.seed", System.nanoTime());
    int deadPort = FreePort.here();
    try (ScriptedSmtpServer world =
        ScriptedSmtpServer.start(Script.GOOD.slowness(Duration.ofSeconds(1)))) {
      TestSite site =
          TestSite.in(folder, world.port())
              .with("# routes:\n", "routes:\n  dead.example: [127.0.0.1:" + deadPort + "]\n");
      try (Cluster cluster = Cluster.start(site, folder, 1);
          NumberedMails mails = new NumberedMails(site)) {
        for (int i = 0; i < 4; i++) {
          mails.from(TestSite.APP_SERVER, KillsIT::recipient);
        }
        mails.from(TestSite.OUTSIDER, n -> NumberedMails.SENDER);
        long sessions = killAtRandom(cluster, world, KILLS / 2, new Random(seed));
        // The dead one lives again.
        try (ScriptedSmtpServer late =
            ScriptedSmtpServer.start(
                Script.GOOD, InetAddress.getByName(TestSite.THIS_HOST), deadPort)) {
          sessions += killAtRandom(cluster, world, KILLS - KILLS / 2, new Random(~seed));
          mails.end();
          everythingHasArrived(mails, world, late);
          report(seed, mails, Arrivals.at(world, late), sessions);
        }
      }
    }
  }

  /** Returns how many sessions to the outside were open at those kills that can double a mail. */
  private static long killAtRandom(
      Cluster cluster, ScriptedSmtpServer world, int kills, Random random) throws Exception {
    long sessions = 0;
    for (int i = 0; i < kills; i++) {
      int progress = world.mails().size() + 1 + random.nextInt(PROGRESS_MAX);
      await("mails flow")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(3))
          .until(() -> world.mails().size() >= progress);
      List<String> names = cluster.names();
      String victim = names.get(random.nextInt(names.size()));
      boolean mayDouble = victim.equals(Cluster.BROKER) || victim.equals(Cluster.deliverer(0));
      int connections = world.connections();
      int open = world.openConnections();
      cluster.kill9(victim);
      sessions += mayDouble ? open + world.connections() - connections : 0;
      cluster.startAgain(victim);
    }
    return sessions;
  }

  private static String recipient(int n) {
    return switch (n % 10) {
      case 0, 1 -> "slow@slow.example";
      case 2 -> "permfail@refusing.example";
      case 3 -> "user@dead.example";
      default -> "user" + n % 7 + "@healthy.example";
    };
  }

  private void everythingHasArrived(
      NumberedMails mails, ScriptedSmtpServer world, ScriptedSmtpServer late) {
    Path data = folder.resolve("data");
    await("mails to the outside")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> {
          var arrived = Arrivals.at(world).times().keySet();
          assertThat(arrived).containsAll(mails.acceptedFor("@healthy"));
          assertThat(arrived).containsAll(mails.acceptedFor("@slow"));
          assertThat(Arrivals.at(late).times().keySet()).containsAll(mails.acceptedFor("@dead"));
        });
    await("mails to mailboxes, and reports")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> {
          var arrived = Arrivals.inMailboxes(data).times();
          assertThat(arrived.keySet()).containsAll(mails.acceptedFor("@refusing"));
          assertThat(arrived.keySet()).containsAll(mails.acceptedFor("@wikimedia"));
        });
    assertThat(Arrivals.inMailboxes(data).doubled()).as("reports and mailbox mails twice").isZero();
  }

  private static void report(long seed, NumberedMails mails, Arrivals arrivals, long sessions) {
    System.out.printf(
        "kills %d (seed %d): %d mails accepted, 0 lost, %d doubled; %d sessions were open%n",
        KILLS, seed, mails.accepted().size(), arrivals.doubled(), sessions);
    assertThat(arrivals.doubled()).as("doubled").isLessThanOrEqualTo(sessions);
  }
}
