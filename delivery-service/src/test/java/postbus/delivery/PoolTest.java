package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.delivery.HandTaken.Recorded;
import postbus.dns.MailExchangers;
import postbus.log.Mail;
import postbus.log.OwnershipLost;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;
import postbus.testkit.ReceivedMail;
import postbus.testkit.Script;
import postbus.testkit.Script.Extension;
import postbus.testkit.ScriptedSmtpServer;

/** A pool's sites and sessions against scripted servers; the log's side is the test's. */
@Timeout(30)
class PoolTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final MailExchangers NO_DNS = domain -> new MailExchangers.Never("no DNS here");

  private final List<Pool> pools = new ArrayList<>();

  @AfterEach
  void stopPools() {
    for (Pool pool : pools) {
      pool.stop();
      assertThat(pool.awaitEnd(LONG)).isTrue();
    }
  }

  @Test
  void mailsOfOneSiteShareAConnection() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = normal(1, 500);
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
  void aConnectionIsGivenUpAfterItsShareOfMails() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = normal(1, 5);
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
      Pool pool = normal(3, 500);
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
      Pool pool = normal(1, 500);
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
      Pool pool = normal(1, 500);
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
      Pool pool = normal(1, 500);
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
  void eachRecipientGetsItsOwnOutcome() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Recorded follows =
          deliver(normal(1, 500), mail(server, "good@x.org", "tempfail@x.org", "permfail@x.org"));
      assertThat(follows.story())
          .containsExactly(What.DELIVERED, What.DEFERRED, What.BOUNCED, What.BOUNCE_WRITTEN);
    }
  }

  @Test
  void aConnectionThatDropsInDataDefersTheMail() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = normal(1, 500);
      Recorded follows = deliver(pool, mail(server, "drop-in-data@x.org"));
      assertThat(follows.story()).containsExactly(What.DEFERRED);
      assertThat(deliver(pool, mail(server, "next@x.org")).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aServerThatTiresOfAConnectionGetsANewOneAtOnce() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.mailsMax(2))) {
      Pool pool = normal(1, 500);
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
      Pool pool = normal(2, 500);
      for (int i = 0; i < 100; i++) {
        pool.take(mail(hanging, "a@x.org"));
      }
      assertThat(deliver(pool, mail(healthy, "b@y.org")).story()).containsExactly(What.DELIVERED);
    }
  }

  @Test
  void aSiteThatRefusesConnectionsDefersAllThatWaitsAtOnce() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    Pool pool = normal(2, 500);
    List<HandTaken> mails = IntStream.range(0, 50).mapToObj(i -> mail(port, "a@x.org")).toList();
    mails.forEach(pool::take);
    for (HandTaken mail : mails) {
      Recorded follows = end(mail);
      assertThat(follows.story()).containsExactly(What.DEFERRED);
      assertThat(follows.retries.getFirst().mail().envelope().attempts()).isEqualTo(1);
    }
  }

  @Test
  void aSiteThatWantsFewerConnectionsIsServedOverThose() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.connectionsMax(2))) {
      Pool pool = normal(5, 500);
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
  void theNormalPoolUsesTlsWhereItIsOffered() throws Exception {
    Script script = Script.GOOD.offering(Extension.PIPELINING, Extension.STARTTLS);
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start(script)) {
      deliver(normal(1, 500), mail(server, "a@x.org"));
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
      Pool bulk = pool("bulk", "127.0.0.2", "wiki-mail.wikimedia.org", Site.Tls.NEVER, 1, 500);
      deliver(bulk, mail(server, "a@x.org"));
      ReceivedMail received = server.awaitMails(1, LONG).getFirst();
      assertThat(received.tls()).isFalse();
      assertThat(received.helo()).isEqualTo("wiki-mail.wikimedia.org");
      assertThat(received.peer().getHostAddress()).isEqualTo("127.0.0.2");
    }
  }

  @Test
  void aDomainThatTakesNoMailBounces() throws Exception {
    Route route = new Route("normal", "x.org", new NextHop.Exchangers("x.org"));
    Recorded follows = deliver(normal(1, 500), mail(route, "a@x.org"));
    assertThat(follows.story()).containsExactly(What.BOUNCED, What.BOUNCE_WRITTEN);
  }

  @Test
  void aSiteIsForgottenWhenItIsDone() throws Exception {
    try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
      Pool pool = normal(1, 500);
      deliver(pool, mail(server, "a@x.org"));
      await().atMost(LONG).until(() -> pool.sites() == 0);
      await().atMost(LONG).until(() -> server.openConnections() == 0);
    }
  }

  @Test
  void whatWaitsWhenThePoolStopsIsGivenBack() throws Exception {
    try (ScriptedSmtpServer server =
        ScriptedSmtpServer.start(Script.GOOD.slowness(Duration.ofMillis(200)))) {
      Pool pool = normal(1, 500);
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

  private Pool normal(int connectionsMax, int mailsMax) {
    return pool(
        "normal",
        "127.0.0.1",
        "mchenry.wikimedia.org",
        Site.Tls.OPPORTUNISTIC,
        connectionsMax,
        mailsMax);
  }

  private Pool pool(
      String name, String source, String helo, Site.Tls tls, int connectionsMax, int mailsMax) {
    Site.Pool pool = new Site.Pool(name, InetAddress.ofLiteral(source), helo, tls);
    DeliveryLimits limits =
        new DeliveryLimits(
            connectionsMax,
            100,
            mailsMax,
            Duration.ofMillis(300),
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            LONG,
            1);
    Site site =
        new Site(
            Path.of("site"),
            "mchenry.wikimedia.org",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(name, pool),
            RoutingRules.DNS_ALONE,
            Map.of(),
            DnsLimits.DEFAULT,
            SessionLimits.DEFAULT,
            limits,
            Schedule.DEFAULT);
    Pool made =
        new Pool(
            site, pool, new NextHops(NO_DNS, 25), mail -> new ByteArrayInputStream(mail.content()));
    pools.add(made);
    return made;
  }

  private static Recorded deliver(Pool pool, HandTaken taken) throws Exception {
    taken.recording.complete(null);
    pool.take(taken);
    return end(taken);
  }

  private static Recorded end(HandTaken taken) throws Exception {
    return taken.ended.get(LONG.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static HandTaken mail(ScriptedSmtpServer server, String... to) {
    return mail(server.port(), to);
  }

  private static HandTaken mail(int port, String... to) {
    NextHop.Hosts host = NextHop.Hosts.of(new NextHop.Host("127.0.0.1", port));
    return mail(new Route("normal", host.toString(), host), to);
  }

  private static HandTaken mail(Route route, String... to) {
    byte[] content = "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    Envelope envelope =
        Envelope.begin(
                MailId.next(),
                ReversePath.of("s@x.org"),
                Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
                new Client("127.0.9.1", "client", "mx", false),
                Body.of(content.length))
            .via(route);
    return new HandTaken(new Mail(envelope, content), "delivery.normal.shared");
  }
}
