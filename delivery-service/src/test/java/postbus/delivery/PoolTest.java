package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.delivery.PoolRig.LONG;
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
import postbus.log.OwnershipLost;
import postbus.mail.Event.What;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.site.Site;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** A pool's sites and sessions against scripted servers; the log's side is the test's. */
@Timeout(120)
class PoolTest {
  private final PoolRig rig = new PoolRig();

  @AfterEach
  void stopPools() {
    rig.close();
  }

  @Test
  void mailsOfOneSiteShareAConnection() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      List<HandTaken> mails =
          IntStream.range(0, 20).mapToObj(i -> mail(server, "a@x.org")).toList();
      mails.forEach(mail -> mail.recording.complete(null));
      mails.forEach(pool::take);
      for (HandTaken mail : mails) {
        assertThat(end(mail).story()).containsExactly(What.DELIVERED);
      }
      assertThat(server.mails()).hasSize(20).allMatch(mail -> mail.connection() == 1);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aSiteOfFewMailsAMinuteGetsThose() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      HandTaken first = mail(server, "a@x.org");
      Pool pool = rig.withRate(first.key(), 1);
      assertThat(deliver(pool, first).story()).containsExactly(What.DELIVERED);
      assertThat(deliver(pool, mail(server, "b@x.org")).story()).containsExactly(What.DEFERRED);
      assertThat(server.mails()).hasSize(1);
    }
  }

  @Test
  void aConnectionIsGivenUpAfterItsShareOfMails() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 5);
      for (int i = 0; i < 11; i++) {
        deliver(pool, mail(server, "a@x.org"));
      }
      assertThat(server.mails()).extracting(ReceivedMail::connection).contains(1, 2, 3);
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  @Test
  void noMoreSessionsThanTheSiteMayHave() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(3, 500);
      List<HandTaken> mails =
          IntStream.range(0, 12).mapToObj(i -> mail(server, "slow@x.org")).toList();
      mails.forEach(mail -> mail.recording.complete(null));
      mails.forEach(pool::take);
      server.awaitMails(12, LONG);
      assertThat(server.connections()).isEqualTo(3);
    }
  }

  @Test
  void noFinalDotWhileTheFormerOutcomeIsUnrecorded() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      HandTaken first = mail(server, "first@x.org");
      HandTaken second = mail(server, "second@x.org");
      pool.take(first);
      pool.take(second);
      server.awaitContentsBegun(2, LONG);
      end(first);
      assertThat(server.mails()).hasSize(1);
      assertThat(second.end.get()).isEmpty();
      first.recording.complete(null);
      server.awaitMails(2, LONG);
      second.recording.complete(null);
      end(second);
    }
  }

  @Test
  void aFormerOutcomeThatAnotherOwnerRepeatsKeepsNobodyWaiting() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      HandTaken first = mail(server, "first@x.org");
      first.recording.completeExceptionally(new OwnershipLost("delivery.normal.shared-0"));
      deliver(pool, first);
      assertThat(deliver(pool, mail(server, "second@x.org")).story())
          .containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aMailThatIsNoLongerOursIsAbandonedBeforeItsFinalDot() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      HandTaken lost = mail(server, "lost@x.org");
      lost.isOurs = false;
      pool.take(lost);
      await().atMost(LONG).until(() -> lost.end.get().equals("abandoned"));
      deliver(pool, mail(server, "ours@x.org"));
      assertThat(server.mails()).hasSize(1);
      assertThat(server.mails().getFirst().recipients()).containsExactly("ours@x.org");
    }
  }

  @Test
  void aMailWhoseContentCannotBeKeptFailsBeforeItsFinalDot() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      HandTaken gone = mail(server, "gone@x.org");
      gone.isContentGone = true;
      pool.take(gone);
      await().atMost(LONG).until(() -> gone.end.get().equals("failed"));
      assertThat(server.mails()).isEmpty();
    }
  }

  @Test
  void theNormalPoolUsesTlsWhereItIsOffered() throws Exception {
    Script script = Script.GOOD.offering(Extension.PIPELINING, Extension.STARTTLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script)) {
      deliver(rig.normal(1, 500), mail(server, "a@x.org"));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.tls()).isTrue();
      assertThat(received.helo()).isEqualTo("mchenry.wikimedia.org");
      assertThat(received.peer().getHostAddress()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void theBulkPoolLeavesFromItsOwnAddressAndNeverUsesTls() throws Exception {
    Script script = Script.GOOD.offering(Extension.PIPELINING, Extension.STARTTLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script)) {
      Pool bulk = rig.pool("bulk", "127.0.0.2", "wiki-mail.wikimedia.org", Site.Tls.NEVER, 1, 500);
      NextHop.Hosts host = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", server.port()));
      deliver(bulk, mail(new Route("bulk", host.toString(), host), "a@x.org"));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.tls()).isFalse();
      assertThat(received.helo()).isEqualTo("wiki-mail.wikimedia.org");
      assertThat(received.peer().getHostAddress()).isEqualTo("127.0.0.2");
    }
  }

  @Test
  void aLaneWhoseMailsGoToAnotherPartitionIsInUse() throws Exception {
    Pool pool = rig.normal(1, 500);
    HandTaken mail = mail(25, "a@x.org");
    HandTaken keyed = new HandTaken(mail.mail(), mail.topic(), "another key");
    Recorded follows = deliver(pool, keyed);
    assertThat(follows.mails).extracting(Recorded.Sent::key).containsExactly(mail.key());
    assertThat(pool.lanesInUse()).containsExactly(mail.topic());
    assertThat(pool.lanesInUse()).isEmpty();
  }

  @Test
  void aSiteIsForgottenWhenItIsDone() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = rig.normal(1, 500);
      deliver(pool, mail(server, "a@x.org"));
      await()
          .atMost(LONG)
          .until(() -> {
            pool.tend();
            return pool.sites() == 0;
          });
      await().atMost(LONG).until(() -> server.openConnections() == 0);
    }
  }

  @Test
  void whatWaitsWhenThePoolStopsIsGivenBack() throws Exception {
    try (ScriptedSmtpServer server =
        ScriptedSmtpServer.start(Script.GOOD.slowness(Duration.ofSeconds(1)))) {
      Pool pool = rig.normal(1, 500);
      HandTaken first = mail(server, "slow@x.org");
      HandTaken second = mail(server, "second@x.org");
      pool.take(first);
      await().atMost(LONG).until(() -> server.connections() == 1);
      pool.take(second);
      pool.stop();
      assertThat(pool.awaitEnd(LONG)).isTrue();
      assertThat(second.end.get()).isEqualTo("abandoned");
      assertThat(first.end.get()).isEqualTo("abandoned");
      assertThat(server.mails()).isEmpty();
    }
  }
}
