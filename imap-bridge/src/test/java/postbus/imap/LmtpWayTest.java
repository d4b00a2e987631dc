package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.imap.DovecotRig.LONG;
import static postbus.imap.DovecotRig.end;
import static postbus.imap.DovecotRig.lmtp;
import static postbus.imap.DovecotRig.mail;
import static postbus.imap.DovecotRig.port;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Mail;
import postbus.mail.Event.What;
import postbus.mail.Recipient;
import postbus.site.MailboxRules.Lmtp;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** What a server does that Dovecot does not do on demand. */
class LmtpWayTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";

  @TempDir private Path data;
  private DovecotRig rig;
  private ScriptedSmtpServer server;
  private LmtpWay way;

  @BeforeEach
  void start() throws Exception {
    rig = new DovecotRig(data);
    server = ScriptedSmtpServer.start();
    way = rig.by(lmtp(port(server.port()), 4, LONG));
  }

  @AfterEach
  void stop() {
    way.stop(LONG);
    server.close();
  }

  @Test
  void noFinalDotFollowsOneWhoseOutcomeIsNotRecorded() throws Exception {
    way.stop(LONG);
    way = rig.by(lmtp(port(server.port()), 1, LONG));
    HandTaken first = rig.take(way, mail(CONTENT, "jane@a.org"));
    assertThat(first.ended.get().story()).containsExactly(What.DELIVERED);
    HandTaken second = rig.take(way, mail(CONTENT, "joe@a.org"));
    server.awaitContentsBegun(2, LONG);

    assertThat(server.mails()).hasSize(1);
    assertThat(second.ended).isNotDone();
    first.recording.complete(null);
    assertThat(end(second).story()).containsExactly(What.DELIVERED);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aFormerOutcomeThatAnotherOwnerFindsOutAgainKeepsNobodyWaiting() throws Exception {
    way.stop(LONG);
    way = rig.by(lmtp(port(server.port()), 1, LONG));
    HandTaken first = rig.take(way, mail(CONTENT, "jane@a.org"));
    assertThat(first.ended.get().story()).containsExactly(What.DELIVERED);
    first.recording.completeExceptionally(new IllegalStateException("lost"));
    assertThat(rig.deliver(way, mail(CONTENT, "joe@a.org")).story())
        .containsExactly(What.DELIVERED);
  }

  @Test
  void aMailThatIsNotOursAnyMoreGetsNoFinalDot() {
    HandTaken taken = new HandTaken(mail(CONTENT, "jane@a.org"), "delivery.local");
    taken.isOurs = false;
    rig.delivery(way).take(taken);
    await().atMost(LONG).until(taken.ended::isCancelled);
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void byDefaultEachRecipientHasATransactionOverTheKeptSession() throws Exception {
    way.stop(LONG);
    way = rig.by(lmtp(port(server.port()), 1, LONG));
    String[] many =
        IntStream.range(0, 40).mapToObj(i -> "user" + i + "@a.org").toArray(String[]::new);
    HandTaken.Recorded first = rig.deliver(way, mail(CONTENT, many));
    assertThat(first.mails).hasSizeLessThanOrEqualTo(Sharing.PARTS_MAX);
    assertThat(rig.deliverAll(way, mail(CONTENT, many)))
        .hasSize(40)
        .allMatch(each -> each.story().equals(List.of(What.DELIVERED)));
    assertThat(server.mails().stream().flatMap(each -> each.recipients().stream()))
        .containsExactly(many);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void whoHadNoAnswerWhenTheSessionWasLostComesAgainAlone() throws Exception {
    way.stop(LONG);
    way = rig.by(lmtp(port(server.port()), 4, 10, LONG));
    Mail mail = mail(CONTENT, "jane@a.org", "drop-after-dot@a.org", "joe@a.org");
    HandTaken.Recorded recorded = rig.deliver(way, mail);
    assertThat(recorded.story()).containsExactly(What.DELIVERED, What.DEFERRED);
    Mail later = recorded.retries.getFirst().mail();
    assertThat(addresses(later)).containsExactly("drop-after-dot@a.org", "joe@a.org");

    recorded = rig.deliver(way, later);
    assertThat(recorded.story()).isEmpty();
    assertThat(recorded.mails).hasSize(2).allMatch(each -> each.topic().equals("delivery.local"));
    assertThat(recorded.mails.stream().flatMap(each -> addresses(each.mail()).stream()))
        .containsExactly("drop-after-dot@a.org", "joe@a.org");

    Mail another = mail(CONTENT, "joe@a.org", "jane@a.org");
    recorded = rig.deliver(way, another);
    assertThat(recorded.story()).isEmpty();
    assertThat(recorded.mails.stream().map(each -> addresses(each.mail())))
        .containsExactly(List.of("jane@a.org"), List.of("joe@a.org"));
    rig.deliver(way, recorded.mails.getLast().mail());
    assertThat(rig.deliver(way, another).mails).isEmpty();
  }

  @Test
  void aMailboxThatHangsIsInNobodysWay() throws Exception {
    List<HandTaken> hanging =
        Stream.generate(() -> rig.take(way, mail(CONTENT, "hang@a.org"))).limit(6).toList();
    await().atMost(LONG).until(() -> server.openConnections() == 2);
    for (int i = 0; i < 5; i++) {
      assertThat(rig.deliver(way, mail(CONTENT, "jane@a.org")).story())
          .containsExactly(What.DELIVERED);
    }
    assertThat(hanging).noneMatch(each -> each.ended.isDone());
  }

  @Test
  void aSessionThatTheServerHasEndedIsReplacedAndOneThatIsIdleIsEnded() throws Exception {
    server.close();
    server = ScriptedSmtpServer.start(Script.GOOD.mailsMax(1));
    way.stop(LONG);
    way =
        new LmtpWay(
            LmtpSessions.of(
                new Lmtp(port(server.port()), 4, 1, SHORT, LONG, LONG, LONG), "mx.example.org"),
            new Places(4, DovecotRig.WAITS),
            1,
            rig.contents::open);
    for (int i = 1; i < 4; i++) {
      assertThat(rig.deliver(way, mail(CONTENT, "jane@a.org")).story())
          .containsExactly(What.DELIVERED);
      assertThat(server.connections()).isEqualTo(i);
    }
    await().atMost(LONG).until(() -> server.openConnections() == 0);
  }

  @Test
  void aServerThatLetsNobodyInButServesThoseWhoAreIsNotAwayForLong() throws Exception {
    server.close();
    server = ScriptedSmtpServer.start(Script.GOOD.connectionsMax(1));
    way.stop(LONG);
    LmtpSessions sessions = LmtpSessions.of(lmtp(port(server.port()), 4, LONG), "mx.example.org");
    way = new LmtpWay(sessions, new Places(2, DovecotRig.WAITS), 1, rig.contents::open);
    HandTaken first = rig.take(way, mail(CONTENT, "jane@a.org"));
    assertThat(first.ended.get().story()).containsExactly(What.DELIVERED);
    HandTaken second = rig.take(way, mail(CONTENT, "jane@a.org"));
    server.awaitContentsBegun(2, LONG);
    for (int i = 0; i < LmtpSessions.FAILURES_MAX; i++) {
      assertThat(rig.deliver(way, mail(CONTENT, "joe@a.org")).story())
          .containsExactly(What.DEFERRED);
    }
    assertThat(sessions.isAway()).isTrue();

    first.recording.complete(null);
    assertThat(end(second).story()).containsExactly(What.DELIVERED);
    await().atMost(LONG).until(() -> !sessions.isAway());
    assertThat(rig.deliver(way, mail(CONTENT, "joe@a.org")).story())
        .containsExactly(What.DELIVERED);
  }

  @Test
  void aServerThatGreetsAndThenHasNoAnswerIsAway() throws Exception {
    way.stop(LONG);
    LmtpSessions sessions = LmtpSessions.of(lmtp(port(server.port()), 4, SHORT), "mx.example.org");
    way = new LmtpWay(sessions, new Places(4, DovecotRig.WAITS), 1, rig.contents::open);
    for (int i = 0; i < LmtpSessions.FAILURES_MAX; i++) {
      assertThat(sessions.isAway()).isFalse();
      assertThat(rig.deliver(way, mail(CONTENT, "hang@a.org")).story())
          .containsExactly(What.DEFERRED);
    }
    assertThat(sessions.isAway()).isTrue();
    HandTaken.Recorded next = rig.deliver(way, mail(CONTENT, "jane@a.org"));
    assertThat(next.events.getFirst().detail()).startsWith("451 4.4.1");
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void aMailboxThatHangsBehindTheFinalDotIsNoServerThatIsAway() throws Exception {
    way.stop(LONG);
    LmtpSessions sessions = LmtpSessions.of(lmtp(port(server.port()), 4, SHORT), "mx.example.org");
    way = new LmtpWay(sessions, new Places(4, DovecotRig.WAITS), 1, rig.contents::open);
    for (int i = 0; i < LmtpSessions.FAILURES_MAX; i++) {
      assertThat(rig.deliver(way, mail(CONTENT, "drop-after-dot@a.org")).story())
          .containsExactly(What.DEFERRED);
    }
    assertThat(sessions.isAway()).isFalse();
  }

  private static List<String> addresses(Mail mail) {
    return mail.envelope().recipients().stream()
        .map(Recipient::address)
        .map(Object::toString)
        .toList();
  }
}
