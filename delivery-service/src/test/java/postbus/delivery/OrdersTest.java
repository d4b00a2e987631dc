package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.delivery.HandTaken.Recorded;
import postbus.log.Bounces;
import postbus.log.Orders;
import postbus.log.Topics;
import postbus.mail.MailId;
import postbus.mail.Order;
import postbus.mail.Order.Action;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.Schedule;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** What operators want done with a site's mails is done, also with those that wait for a retry. */
@Timeout(120)
class OrdersTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path folder;
  private LaneRig lanes;
  private Orders orders;
  private int port;

  @BeforeEach
  void startTheLog() throws Exception {
    port = FreePort.here();
    lanes = new LaneRig(folder, DeliveryLimits.DEFAULT, Schedule.DEFAULT);
    orders = new Orders(lanes.log("operator"));
    orders.start();
    await().atMost(LONG).until(orders::isReady);
    lanes.deliverer("0");
  }

  @AfterEach
  void stopTheLog() {
    orders.close();
    lanes.close();
  }

  @Test
  void mailsOfADeadSiteAreTriedAsSoonAsItIsSaidToBeThere() throws Exception {
    defer(50);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD, HERE, port)) {
      give(Action.RETRY, "");
      server.awaitMails(50, LONG);
      assertThat(server.mails()).hasSize(50);
    }
  }

  @Test
  void mailsGoBackToTheirSenders() throws Exception {
    defer(20);
    give(Action.BOUNCE, "");
    await().atMost(LONG).until(() -> lanes.records(Topics.REINJECTED).size() == 20);
    assertThat(lanes.story().stream().filter("BOUNCED [a@x.example]"::equals)).hasSize(20);
  }

  @Test
  void mailsLeaveByAnotherPool() throws Exception {
    defer(20);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD, HERE, port)) {
      give(Action.MOVE, "bulk");
      assertThat(server.awaitMails(20, LONG))
          .allMatch(mail -> mail.peer().getHostAddress().equals("127.0.0.2"));
    }
  }

  @Test
  void mailsOfAHeldSiteWaitUntilItIsReleased() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD, HERE, port)) {
      give(Action.HOLD, "");
      put(20);
      await().atMost(LONG).until(() -> lanes.events().size() == 20);
      assertThat(lanes.events()).allMatch(event -> event.detail().contains("held by an operator"));
      assertThat(server.connections()).isZero();
      give(Action.RELEASE, "");
      server.awaitMails(20, LONG);
    }
  }

  @Test
  void aPartWhoseSiteIsHeldKeepsTheOthersFromNothing() throws Exception {
    give(Action.HOLD, "");
    Bounces bounces = new Bounces("test", "mx", mail -> new ByteArrayInputStream(mail.content()));
    SiteOrders.Destinations apart =
        mail ->
            List.of(
                mail,
                mail.rerouted(new Route("normal", "other", mail.route().orElseThrow().nextHop())));
    SiteOrders siteOrders =
        new SiteOrders(
            "normal",
            orders,
            lanes.slots("operator"),
            apart,
            new Conclusion(Schedule.DEFAULT, bounces, "normal", new Random(1)));
    Recorded follows =
        (Recorded) siteOrders.due(PoolRig.mail(lanes.route("127.0.0.1", port), "a@x.org"), "");
    assertThat(follows.mails)
        .extracting(Recorded.Sent::key)
        .containsExactly(lanes.route("127.0.0.1", port).site(), "other");
    assertThat(follows.retries).isEmpty();
  }

  /** Puts mails into the shared lane and waits until all of them are in retry topics. */
  private void defer(int mails) {
    put(mails);
    await().atMost(LONG).until(() -> lanes.events().size() == mails);
  }

  private void put(int mails) {
    for (int i = 0; i < mails; i++) {
      lanes.put("127.0.0.1", port, "a@x.example");
    }
    lanes.flush();
  }

  private void give(Action action, String target) throws Exception {
    List<Order.End> ends = Orders.ends(lanes.log("operator"), "normal", LONG);
    String site = lanes.route("127.0.0.1", port).site();
    Order order =
        new Order(MailId.next(), "operator", "normal", site, action, ends, target, "as asked");
    orders.give(order, LONG);
  }
}
