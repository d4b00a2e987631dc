package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.delivery.PoolRig.deliver;
import static postbus.delivery.PoolRig.end;
import static postbus.delivery.PoolRig.mail;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.delivery.HandTaken.Recorded;
import postbus.mail.Event.What;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** What sites do that are not well, and what becomes of their mails. */
@Timeout(120)
class PoolTroubleTest {
  private final PoolRig rig = new PoolRig();

  @AfterEach
  void stopPools() {
    rig.close();
  }

  @Test
  void eachRecipientGetsItsOwnOutcome() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Recorded follows =
          deliver(
              rig.normal(1, 500), mail(server, "good@x.org", "tempfail@x.org", "permfail@x.org"));
      assertThat(follows.story())
          .containsExactly(What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    }
  }

  @Test
  void aConnectionThatDropsInDataDefersTheMail() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      Recorded follows = deliver(pool, mail(server, "drop-in-data@x.org"));
      assertThat(follows.story()).containsExactly(What.DEFERRED);
      assertThat(deliver(pool, mail(server, "next@x.org")).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aServerThatTiresOfAConnectionGetsANewOneAtOnce() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.mailsMax(2))) {
      Pool pool = rig.normal(1, 500);
      for (int i = 0; i < 5; i++) {
        assertThat(deliver(pool, mail(server, "a@x.org")).story()).containsExactly(What.DELIVERED);
      }
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  @Test
  void aDeadSiteDefersAllItHasAndDelaysNoOther() throws Exception {
    try (ScriptedSmtpServer hanging =
            ScriptedSmtpServer.start(Script.GOOD.greetingDelay(Duration.ofMinutes(5)));
        ScriptedSmtpServer healthy = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(2, 500);
      for (int i = 0; i < 100; i++) {
        pool.take(mail(hanging, "a@x.org"));
      }
      assertThat(deliver(pool, mail(healthy, "b@y.org")).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aSiteThatRefusesConnectionsDefersAllThatWaitsAtOnce() throws Exception {
    int port = FreePort.here();
    Pool pool = rig.normal(2, 500);
    List<HandTaken> mails = IntStream.range(0, 50).mapToObj(i -> mail(port, "a@x.org")).toList();
    mails.forEach(pool::take);
    int attempts = 0;
    for (HandTaken mail : mails) {
      Recorded follows = end(mail);
      assertThat(follows.story()).containsExactly(What.DEFERRED);
      attempts += follows.retries.getFirst().mail().envelope().attempts();
    }
    // Those who were about to connect when it closed; the others stepped aside untried.
    assertThat(attempts).isBetween(1, 2);
  }

  @Test
  void aSiteThatWantsFewerConnectionsIsServedOverThose() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.connectionsMax(2))) {
      Pool pool = rig.normal(5, 500);
      HandTaken first = mail(server, "first@x.org");
      deliver(pool, first);
      List<HandTaken> mails =
          IntStream.range(0, 20).mapToObj(i -> mail(server, "slow@x.org")).toList();
      mails.forEach(mail -> mail.recording.complete(null));
      mails.forEach(pool::take);
      for (HandTaken mail : mails) {
        assertThat(end(mail).story()).containsExactly(What.DELIVERED);
      }
    }
  }

  @Test
  void aDomainThatTakesNoMailBounces() throws Exception {
    Route route = new Route("normal", "x.org", new NextHop.Exchangers("x.org"));
    Recorded follows = deliver(rig.normal(1, 500), mail(route, "a@x.org"));
    assertThat(follows.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
  }
}
