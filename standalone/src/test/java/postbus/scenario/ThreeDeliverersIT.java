package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Three deliverers share a pool's work: one may be killed, and all may be rolled, under load. */
class ThreeDeliverersIT {
  private static final int DELIVERERS = 3;
  private static final int CONNECTIONS_MAX = 6;
  private static final Duration LIMIT = Duration.ofSeconds(180);

  /**
   * The server sees an end of a connection later than the client: a moment is no excess. One that
   * is kept for the next mail lasts longer.
   */
  private static final Duration MOMENT = Duration.ofMillis(200);

  /** Where the numbers of the next load begin. */
  private static final AtomicInteger numbers = new AtomicInteger();

  @TempDir static Path folder;
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    world = ScriptedSmtpServer.start(Script.GOOD.slowness(Duration.ofMillis(200)));
    site =
        TestSite.in(folder, world.port())
            .with(
                "connections-per-site-max: 20",
                "connections-per-site-max: " + CONNECTIONS_MAX + "\n  connections-at-first: 6");
    cluster = Cluster.start(site, folder, DELIVERERS);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    world.close();
  }

  @Test
  void aRollingRestartDoublesNothing() throws Exception {
    try (NumberedMails mails = load()) {
      for (int i = 0; i < DELIVERERS; i++) {
        awaitProgress();
        cluster.terminate(Cluster.deliverer(i));
        cluster.startAgain(Cluster.deliverer(i));
      }
      awaitProgress();
      mails.end();
      awaitAll(mails);
      System.out.printf(
          "rolling restart: %d mails accepted, 0 lost, %d doubled%n",
          mails.accepted().size(), doubledOf(mails));
      assertThat(doubledOf(mails)).isZero();
    }
  }

  @Test
  void aSitesLimitHoldsOverAllWhileOneIsKilled() throws Exception {
    AtomicInteger most = new AtomicInteger();
    AtomicBoolean isWatching = new AtomicBoolean(true);
    Thread watching = Thread.ofVirtual().start(() -> watch(most, isWatching));
    try (NumberedMails mails = load()) {
      awaitProgress();
      cluster.kill9(Cluster.deliverer(1));
      awaitProgress();
      cluster.startAgain(Cluster.deliverer(1));
      awaitProgress();
      mails.end();
      awaitAll(mails);
      System.out.printf(
          "one of three killed: %d mails accepted, 0 lost, %d doubled, at most %d connections%n",
          mails.accepted().size(), doubledOf(mails), most.get());
      assertThat(doubledOf(mails)).isLessThanOrEqualTo(CONNECTIONS_MAX);
    } finally {
      isWatching.set(false);
      watching.join();
    }
    assertThat(most.get()).isBetween(1, CONNECTIONS_MAX);
  }

  /** Keeps the most connections that were open at two looks in a row. */
  private static void watch(AtomicInteger most, AtomicBoolean isWatching) {
    int before = 0;
    while (isWatching.get()) {
      int now = world.openConnections();
      most.accumulateAndGet(Math.min(before, now), Math::max);
      before = now;
      LockSupport.parkNanos(MOMENT.toNanos());
    }
  }

  private static NumberedMails load() {
    NumberedMails mails = new NumberedMails(site, numbers.getAndAdd(1_000_000));
    for (int i = 0; i < 4; i++) {
      mails.from(
          TestSite.APP_SERVER, n -> (n % 10 == 0 ? "slow" : "user") + "@site" + n % 5 + ".example");
    }
    return mails;
  }

  private static void awaitProgress() {
    int progress = world.mails().size() + 200;
    await("mails flow").atMost(LIMIT).until(() -> world.mails().size() >= progress);
  }

  private static void awaitAll(NumberedMails mails) {
    await("all that got a 250")
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(Arrivals.at(world).times().keySet()).containsAll(mails.accepted().keySet()));
  }

  private static long doubledOf(NumberedMails mails) {
    var times = Arrivals.at(world).times();
    return mails.accepted().keySet().stream().mapToLong(n -> times.get(n) - 1).sum();
  }
}
