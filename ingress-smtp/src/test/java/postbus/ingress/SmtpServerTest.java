package postbus.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.Mail;
import postbus.mail.SmtpReply;
import postbus.process.ProcessSettings;
import postbus.site.DnsLimits;
import postbus.site.HostList;
import postbus.site.LiveFiles;
import postbus.site.RoutingRules;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** The server over real sockets; what becomes of the mails is in the test's hand. */
class SmtpServerTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final Duration STOP_WAIT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final PolicyHealth health = new PolicyHealth();
  private final List<Mail> taken = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<SmtpReply> held = new CompletableFuture<>();
  private volatile boolean hold;
  private volatile SmtpReply answer = Replies.OK;
  private SmtpServer server;
  private ContentStore store;

  /** Takes every mail, at once or when the test says so. */
  private final class TestIntake implements Intake {
    @Override
    public CompletableFuture<SmtpReply> take(Mail mail) {
      taken.add(mail);
      return hold ? held : CompletableFuture.completedFuture(answer);
    }

    @Override
    public boolean isBusy() {
      return hold && !held.isDone();
    }

    @Override
    public boolean isReady() {
      return true;
    }
  }

  @AfterEach
  void stop() {
    held.complete(Replies.OK);
    if (server != null) {
      server.stop();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aWholeMailPipelined() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = app()) {
      peer.says("220 mchenry.wikimedia.org ESMTP").send("EHLO app.example").says("250-mchenry");
      peer.says("250-PIPELINING").says("250-SIZE 20000").says("250-8BITMIME");
      peer.says("250-SMTPUTF8").says("250-CHUNKING").says("250-DSN");
      peer.says("250-LIMITS RCPTMAX=3").says("250 ENHANCEDSTATUSCODES");
      peer.send("MAIL FROM:<wiki@wikimedia.org>", "RCPT TO:<a@example.org>", "DATA");
      peer.says("250 2.1.0").says("250 2.1.5").says("354 ");
      peer.send("Subject: x", "", "..dot", ".", "MAIL FROM:<>", "QUIT");
      peer.says("250 2.0.0").says("250 2.1.0").says("221 2.0.0").closes();
    }
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().content())
        .asString(ISO_8859_1)
        .isEqualTo("Subject: x\r\n\r\n.dot\r\n");
  }

  @Test
  void aBigContentIsInTheStoreBeforeItIsSubmitted() throws IOException {
    start(Sites.small());
    String line = "x".repeat(98);
    try (SmtpPeer peer = app()) {
      peer.mail("app.example");
      for (int i = 0; i < 150; i++) {
        peer.send(line);
      }
      peer.send(".").says("250 2.0.0");
    }
    Mail mail = taken.getFirst();
    assertThat(mail.content()).isEmpty();
    assertThat(mail.envelope().body().size()).isEqualTo(15_000);
    try (var content = store.open(mail)) {
      assertThat(content.readAllBytes()).hasSize(15_000);
    }
  }

  @Test
  void anIntakeThatFailsEndsTheSessionAndHoldsNoMemory() throws IOException {
    hold = true;
    held.completeExceptionally(new IllegalStateException("as the test wants it"));
    start(Sites.small());
    try (SmtpPeer peer = app()) {
      peer.mail("app.example").send("x", ".").says("421 4.3.0").closes();
    }
    await().atMost(SECONDS).until(() -> server.sessions() == 0);
    assertThat(server.octetsInMemory()).isZero();
  }

  @Test
  void afterARefusedContentTheDialogueGoesOn() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = app()) {
      peer.mail("app.example");
      peer.raw("a\r\n.\nMAIL FROM:<evil@example.org>\r\n.\r\nNOOP\r\n");
      peer.says("554 5.6.0").says("250 2.0.0");
      peer.send("MAIL FROM:<>", "RCPT TO:<a@example.org>", "DATA");
      peer.says("250").says("250").says("354");
      for (int i = 0; i < 300; i++) {
        peer.send("x".repeat(98));
      }
      peer.send(".", "NOOP").says("552 5.3.4").says("250 2.0.0");
    }
    assertThat(taken).isEmpty();
  }

  @Test
  void whoseMailWasAcceptedIsGreetedAtOnceTheNextTime() throws IOException {
    Duration pause = Duration.ofSeconds(4);
    start(Sites.greetingAfter(pause));
    try (SmtpPeer peer = outsider()) {
      peer.mail("x.example").send(".").says("250 2.0.0");
    }
    long begin = System.nanoTime();
    try (SmtpPeer peer = outsider()) {
      peer.says("220 ");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(pause);
  }

  @Test
  void whoTalksBeforeTheGreetingIsSentAway() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = outsider()) {
      peer.send("EHLO spam.example").says("554 5.5.1").closes();
    }
  }

  @Test
  void anOutsiderIsGreetedAndHisRecipientsAreAskedAbout() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = outsider()) {
      peer.says("220").send("HELO x.example").says("250");
      peer.send("MAIL FROM:<>", "RCPT TO:<no@wikimedia.org>").says("250").says("550 5.1.1");
      peer.send("RCPT TO:<yes@wikimedia.org>", "NOOP").says("250 2.1.5").says("250 2.0.0");
    }
  }

  @Test
  void policyThatDoesNotAnswerInTimeIs451() throws IOException {
    start(Sites.limits(SECONDS, SECONDS, Duration.ofMillis(100)));
    try (SmtpPeer peer = outsider()) {
      peer.says("220").send("HELO x.example").says("250");
      peer.send("MAIL FROM:<>", "RCPT TO:<slow@wikimedia.org>").says("250").says("451 4.4.3");
      peer.send("RCPT TO:<broken@wikimedia.org>").says("451 4.4.3");
      peer.send("QUIT").says("221");
    }
  }

  @Test
  void theWikiMailListenerRefusesOutsiders() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = SmtpPeer.connect(Sites.OUTSIDER, server.port("wiki-mail"))) {
      peer.says("554 5.7.1").closes();
    }
  }

  @Test
  void oneClientHasSoManyConnections() throws IOException {
    start(Sites.small());
    try (SmtpPeer a = outsider();
        SmtpPeer b = outsider();
        SmtpPeer c = outsider();
        SmtpPeer d = outsider()) {
      for (SmtpPeer peer : List.of(a, b, c, d)) {
        peer.says("220");
      }
      try (SmtpPeer fifth = outsider()) {
        fifth.says("421 4.7.0").closes();
      }
    }
    await().atMost(SECONDS).until(() -> server.sessions() == 0);
    try (SmtpPeer again = outsider()) {
      again.says("220");
    }
  }

  @Test
  void linesThatAreNoLines() throws IOException {
    start(Sites.small());
    try (SmtpPeer peer = app()) {
      peer.says("220").send("NOOP " + "x".repeat(600), "NOOP").says("500 5.5.2").says("250");
      peer.send("NOOP " + "x".repeat(100_000), "NOOP").says("500 5.5.2").says("250");
      peer.raw("NOOP \u0000\r\n").says("500 5.5.2");
      peer.raw("NOOP\nQUIT\r\n").says("500 5.5.2").closes();
    }
  }

  @Test
  void whoNeverReadsIsCutOff() throws IOException {
    Duration wait = Duration.ofMillis(300);
    start(Sites.limits(wait, wait, SECONDS));
    try (SmtpPeer peer = app()) {
      Thread talking = Thread.startVirtualThread(() -> talkForEver(peer));
      await().atMost(SECONDS).until(() -> server.sessions() == 1);
      await().atMost(SECONDS.multipliedBy(2)).until(() -> server.sessions() == 0);
      await().atMost(SECONDS).until(() -> !talking.isAlive());
    }
  }

  private static void talkForEver(SmtpPeer peer) {
    try {
      while (true) {
        peer.raw("HELP\r\n".repeat(10_000));
      }
    } catch (IOException cutOff) {
      // As it should be.
    }
  }

  @Test
  void whoIsSilentIsSentAway() throws IOException {
    start(Sites.limits(Duration.ofMillis(200), Duration.ofMillis(200), SECONDS));
    try (SmtpPeer silent = app();
        SmtpPeer inContent = app()) {
      inContent.mail("app.example").send("half a mail");
      silent.says("220").says("421 4.4.2").closes();
      inContent.says("421 4.4.2").closes();
    }
    assertThat(taken).isEmpty();
  }

  @Test
  void whenTheLogIsAwayTheClientKeepsTheMail() throws IOException {
    start(Sites.small());
    answer = Replies.LOG_AWAY;
    try (SmtpPeer peer = app()) {
      peer.mail("app.example").send("x", ".").says("451 4.3.0");
      peer.send("NOOP").says("250");
    }
  }

  @Test
  void theIntakeHearsThatTheClientHasGone() throws IOException {
    start(Sites.small());
    hold = true;
    try (SmtpPeer peer = app()) {
      peer.mail("app.example").send("x", ".");
      await().atMost(SECONDS).until(() -> taken.size() == 1);
    }
    await().atMost(SECONDS).until(held::isCancelled);
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUIT", "quit"})
  void whoTakesLeaveAheadAndSaysNoMoreHearsItsReplies(String leave) throws IOException {
    start(Sites.small());
    hold = true;
    try (SmtpPeer peer = app()) {
      peer.says("220").send("HELO exim.example", "MAIL FROM:<>", "RCPT TO:<a@example.org>");
      peer.says("250")
          .says("250")
          .says("250")
          .raw("BDAT 3 LAST\r\nx\r\n" + leave + "\r\n")
          .endsInput();
      await().atMost(SECONDS).until(() -> taken.size() == 1);
      held.complete(Replies.OK);
      peer.says("250 2.0.0").says("221 2.0.0").closes();
    }
  }

  @Test
  void aStopFinishesMailsInHandAndSendsTheIdleAway() throws Exception {
    start(Sites.small());
    hold = true;
    try (SmtpPeer idle = app();
        SmtpPeer busy = app()) {
      idle.says("220");
      busy.mail("app.example").send("x", ".");
      await().atMost(SECONDS).until(() -> taken.size() == 1);
      Thread stopping = Thread.startVirtualThread(() -> server.stop());
      idle.says("421 4.3.2").closes();
      held.complete(Replies.OK);
      busy.says("250 2.0.0").says("421 4.3.2").closes();
      assertThat(stopping.join(SECONDS)).isTrue();
    }
  }

  @Test
  void aPortInUseIsSaidInOneLine() throws IOException {
    start(Sites.small());
    int port = server.port("mx");
    Site site = Sites.of(Sites.small());
    Site.Listener mx =
        new Site.Listener(
            "mx",
            new InetSocketAddress("127.0.0.1", port),
            Optional.empty(),
            new HostList("none", List.of()),
            "");
    Site taken =
        new Site(
            site.folder(),
            site.primaryHostname(),
            Map.of(),
            Map.of(),
            Map.of("mx", mx),
            Map.of(),
            RoutingRules.DNS_ALONE,
            Map.of(),
            DnsLimits.DEFAULT,
            site.sessions(),
            site.delivery(),
            site.schedule());
    Vertx other = Vertx.vertx();
    try {
      SmtpServer second =
          new SmtpServer(
              other,
              taken,
              _ -> Replies.OK,
              health,
              new FreeSpace(folder, 1),
              senders(taken),
              new TestLogins(),
              new TestIntake(),
              store,
              new ProcessSettings(folder, folder, STOP_WAIT));
      assertThatThrownBy(second::start).hasMessage("listener mx: 127.0.0.1:" + port + " is in use");
    } finally {
      other.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private void start(SessionLimits limits) throws IOException {
    Site site = Sites.of(limits);
    store = new ContentFolder(folder);
    server =
        new SmtpServer(
            vertx,
            site,
            question -> policy(question.recipient().localPart()),
            health,
            new FreeSpace(folder, 1),
            senders(site),
            new TestLogins(),
            new TestIntake(),
            store,
            new ProcessSettings(folder, folder, STOP_WAIT));
    server.start();
    assertThat(server.isReady()).isTrue();
  }

  private SenderDesk senders(Site site) {
    return new SenderDesk(site, new LiveFiles(folder));
  }

  private SmtpReply policy(String localPart) {
    return switch (localPart) {
      case "no" -> SmtpReply.of(550, "5.1.1", "Unknown user");
      case "slow" -> held.join();
      case "broken" -> throw new IllegalStateException("as the test wants it");
      default -> Replies.RECIPIENT_OK;
    };
  }

  private SmtpPeer app() throws IOException {
    return SmtpPeer.connect(Sites.APP_SERVER, server.port("mx"));
  }

  private SmtpPeer outsider() throws IOException {
    return SmtpPeer.connect(Sites.OUTSIDER, server.port("mx"));
  }
}
