package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.SlotBook;
import postbus.log.Topics;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.site.DeliveryLimits;
import postbus.site.Lending;
import postbus.site.Schedule;
import postbus.site.SiteRule;
import postbus.testkit.FreePort;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Lanes that sites have of their own, and what survives a change of owner. */
@Timeout(120)
class LanesTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void aLimitHoldsOverThreeDeliverersAndOverTwo() throws Exception {
    SiteRule rule =
        new SiteRule(
            "big.example",
            List.of("127.0.0.1"),
            true,
            OptionalInt.of(6),
            OptionalInt.empty(),
            OptionalInt.empty());
    String lane = Topics.ownLane("normal", "big.example");
    Script slow = Script.GOOD.slowness(Duration.ofMillis(20));
    try (LaneRig lanes = new LaneRig(folder, TestLimits.with(rule), Schedule.DEFAULT, 6);
        ScriptedSmtpServer server = ScriptedSmtpServer.start(slow)) {
      AtomicInteger most = new AtomicInteger();
      DeliveryStage first = lanes.deliverer("0");
      lanes.deliverer("1");
      lanes.deliverer("2");
      for (int i = 0; i < 600; i++) {
        lanes.put(lane, "127.0.0.1", server.port(), "m" + i + "@big.example");
      }
      lanes.flush();
      awaitMails(server, 200, most);
      lanes.stop(first);
      awaitMails(server, 600, most);
      assertThat(most.get()).isBetween(3, 6);
      // Its partitions changed hands three times: what had not passed its final dot came once more.
      assertThat(server.mails()).extracting(mail -> mail.recipients().getFirst()).hasSize(600);
      assertThat(server.mails().stream().map(ReceivedMail::recipients).distinct()).hasSize(600);
    }
  }

  private static void awaitMails(ScriptedSmtpServer server, int count, AtomicInteger most) {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> {
          most.accumulateAndGet(server.openConnections(), Math::max);
          return server.mails().size() >= count;
        });
  }

  @Test
  void aSiteWithMuchTrafficIsLentALaneUntilItIsIdle() throws Exception {
    Lending lending = new Lending(2, 60, Duration.ofSeconds(2), Duration.ofSeconds(3));
    String slot = Topics.slot("normal", 1);
    try (LaneRig lanes = new LaneRig(folder, TestLimits.with(lending), Schedule.DEFAULT);
        ScriptedSmtpServer server = ScriptedSmtpServer.start();
        SlotBook book = lanes.slots("watcher")) {
      book.start();
      lanes.deliverer("0");
      AtomicInteger sent = new AtomicInteger();
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            lanes.put("127.0.0.1", server.port(), "m" + sent.incrementAndGet() + "@x.example");
            return book.holder(slot).isPresent();
          });
      assertThat(book.holder(slot)).contains(lanes.route("127.0.0.1", server.port()).site());
      // As a router does that has not heard of it yet.
      for (int i = 0; i < 20; i++) {
        lanes.put("127.0.0.1", server.port(), "m" + sent.incrementAndGet() + "@x.example");
      }
      lanes.flush();
      server.awaitMails(sent.get(), LONG);
      assertThat(lanes.records(slot)).hasSizeGreaterThanOrEqualTo(20);
      await().atMost(LONG).until(() -> book.holder(slot).isEmpty());
      // As a router does that has not heard of that.
      lanes.put(slot, "127.0.0.1", server.port(), "late@x.example");
      lanes.flush();
      List<ReceivedMail> mails = server.awaitMails(sent.get() + 1, LONG);
      assertThat(mails.stream().map(ReceivedMail::recipients).distinct())
          .hasSize(sent.get() + 1)
          .hasSameSizeAs(mails);
    }
  }

  @Test
  void theNextOwnerKnowsThatASiteIsClosed() throws Exception {
    int dead = FreePort.here();
    try (LaneRig lanes = new LaneRig(folder, DeliveryLimits.DEFAULT, Schedule.DEFAULT)) {
      DeliveryStage first = lanes.deliverer("0");
      lanes.put("127.0.0.1", dead, "tried@x.example");
      lanes.flush();
      await().atMost(LONG).until(() -> lanes.events().size() == 1);
      lanes.stop(first);
      lanes.deliverer("0");
      lanes.put("127.0.0.1", dead, "untried@x.example");
      lanes.flush();
      await().atMost(LONG).until(() -> lanes.events().size() == 2);
      assertThat(lanes.events()).extracting(Event::what).containsOnly(What.DEFERRED);
      assertThat(lanes.events().getLast().detail()).contains(" is closed; it said 451 4.4.1");
    }
  }

  @Test
  void theNextOwnerKnowsWhenTheNextMailMayGo() throws Exception {
    OptionalInt none = OptionalInt.empty();
    SiteRule rule =
        new SiteRule("slow.example", List.of("127.0.0.1"), false, none, none, OptionalInt.of(1));
    try (LaneRig lanes = new LaneRig(folder, TestLimits.with(rule), Schedule.DEFAULT);
        ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      DeliveryStage first = lanes.deliverer("0");
      lanes.put("127.0.0.1", server.port(), "first@slow.example");
      lanes.flush();
      await().atMost(LONG).until(() -> lanes.events().size() == 1);
      lanes.stop(first);
      lanes.deliverer("0");
      lanes.put("127.0.0.1", server.port(), "second@slow.example");
      lanes.flush();
      await().atMost(LONG).until(() -> lanes.events().size() == 2);
      assertThat(lanes.events())
          .extracting(Event::what)
          .containsExactly(What.DELIVERED, What.DEFERRED);
    }
  }

  @Test
  void whatWaitsInALaneThatIsGivenBackGoesToTheSharedOne() throws Exception {
    Lending lending = new Lending(1, 6000, Duration.ofMinutes(1), Duration.ofMinutes(10));
    String slot = Topics.slot("normal", 1);
    int dead = FreePort.here();
    try (LaneRig lanes = new LaneRig(folder, TestLimits.with(lending), Schedule.DEFAULT);
        SlotBook book = lanes.slots("operator")) {
      book.start();
      await().atMost(LONG).until(book::isReady);
      String site = lanes.route("127.0.0.1", dead).site();
      assertThat(book.claim("normal", site)).contains(slot);
      lanes.deliverer("0");
      lanes.put(slot, "127.0.0.1", dead, "tried@x.example");
      lanes.flush();
      await().atMost(LONG).until(() -> lanes.events().size() == 1);
      lanes.put(slot, "127.0.0.1", dead, "waiting@x.example");
      lanes.flush();
      book.giveBack("normal", site);
      await().atMost(LONG).until(() -> lanes.records(Topics.sharedLane("normal")).size() == 1);
    }
  }
}
