package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.delivery.PoolRig.LONG;
import static postbus.delivery.PoolRig.deliver;
import static postbus.delivery.PoolRig.mail;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.delivery.HandTaken.Recorded;
import postbus.delivery.HandTaken.Recorded.Sent;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.mail.Event.What;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.Route;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** Domains whose exchangers are others by the time that their mail leaves. */
@Timeout(120)
class MovedSiteTest {
  private static final Route SHARED =
      new Route("normal", "mx.shared", new NextHop.Exchangers("a.org", "mx.shared"));

  private final ScriptedSmtpServer shared = server("127.0.0.1", 0);
  private final ScriptedSmtpServer other = server("127.0.0.3", shared.port());
  private final Map<String, Exchanger> hosts = new ConcurrentHashMap<>();
  private final PoolRig rig = new PoolRig(this::exchangers, shared.port());

  private static ScriptedSmtpServer server(String address, int port) {
    return ScriptedSmtpServer.start(Script.GOOD, InetAddress.ofLiteral(address), port);
  }

  private MailExchangers.Answer exchangers(String domain) {
    return new MailExchangers.Found(List.of(hosts.getOrDefault(domain, host("mx.shared", shared))));
  }

  private static Exchanger host(String name, ScriptedSmtpServer server) {
    return new Exchanger(name, 10, List.of(server.address().getHostAddress()));
  }

  @AfterEach
  void stopAll() {
    rig.close();
    shared.close();
    other.close();
  }

  @Test
  void noMailGoesToTheNewServerOfAFormerNeighbour() throws Exception {
    Pool pool = rig.normal(1, 500);
    hosts.put("a.org", host("mx.other", other));
    Recorded follows = deliver(pool, mail(SHARED, "u@a.org", "v@b.org"));
    assertThat(follows.events).isEmpty();
    assertThat(follows.mails)
        .extracting(MovedSiteTest::destination)
        .containsExactly("mx.other [u@a.org]", "mx.shared [v@b.org]");
    assertThat(other.connections()).isZero();
  }

  @Test
  void aConnectionServesThoseWhoseServerItLeadsTo() throws Exception {
    Pool pool = rig.normal(1, 500);
    deliver(pool, mail(SHARED, "u@a.org"));
    hosts.put("a.org", host("mx.other", other));
    deliver(pool, mail(SHARED, "v@b.org"));
    Route moved = new Route("normal", "mx.shared", new NextHop.Exchangers("a.org", "mx.other"));
    deliver(pool, mail(moved, "w@a.org"));
    assertThat(shared.awaitMails(2, LONG)).allMatch(mail -> mail.connection() == 1);
    assertThat(other.awaitMails(1, LONG).getFirst().recipients()).containsExactly("w@a.org");
  }

  @Test
  void aDomainWithOtherExchangersEachTimeIsNotSentOnForEver() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    MailExchangers restless =
        domain -> new MailExchangers.Found(List.of(host("mx" + asked.incrementAndGet(), shared)));
    try (PoolRig restlessRig = new PoolRig(restless, shared.port())) {
      Pool pool = restlessRig.normal(1, 500);
      HandTaken first = mail(SHARED, "u@a.org");
      Sent sentOn = deliver(pool, first).mails.getFirst();
      HandTaken again = new HandTaken(sentOn.mail(), sentOn.topic());
      assertThat(deliver(pool, again).story()).containsExactly(What.DELIVERED);
    }
  }

  private static String destination(Sent sent) {
    String[] to =
        sent.mail().envelope().recipients().stream()
            .map(Recipient::address)
            .map(Object::toString)
            .toArray(String[]::new);
    return sent.mail().envelope().route().orElseThrow().site() + " " + Arrays.toString(to);
  }
}
