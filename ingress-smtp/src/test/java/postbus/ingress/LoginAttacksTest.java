package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.ingress.TestLogins.base64;
import static postbus.ingress.TestLogins.plain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.SessionLimits;
import postbus.testkit.TestCertificate;

/** What is tried against people's passwords, over real sockets; {@link AuthTest} has the rest. */
@Timeout(120)
class LoginAttacksTest {
  private static final TestCertificate CERTIFICATE = TestCertificate.of("mx.example.org");
  private static final String JANE = plain("|jane@example.org|secret");

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private SSLContext trusting;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    CERTIFICATE.writeInto(folder);
    trusting = TlsListenerTest.trusting(CERTIFICATE);
    server =
        new RunningServer(
            folder,
            Sites.speakingTls(SessionLimits.DEFAULT, folder),
            question -> {
              asked.incrementAndGet();
              return new TestLogins().ask(question);
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoCannotBeTrustedWithAPasswordHearsSoBeforeHeSaysIt() throws IOException {
    try (SmtpPeer peer = greeted("either")) {
      peer.send("AUTH LOGIN").says("538 5.7.11");
      peer.send("AUTH PLAIN").says("538 5.7.11");
    }
    assertThat(asked).hasValue(0);
  }

  /** Somebody between the client and us logs him in, to hear what he does then. */
  @Test
  void aLoginInjectedBeforeTlsIsNoLogin() throws Exception {
    try (SmtpPeer peer = greeted("either")) {
      peer.send("AUTH PLAIN " + JANE).says("538").send("STARTTLS").says("220");
      try (SmtpPeer secured = peer.inTls(trusting)) {
        secured.send("EHLO x.example").endsWith("250 ").send("AUTH PLAIN " + JANE).says("235");
      }
    }
    try (SmtpPeer peer = greeted("either")) {
      peer.raw("STARTTLS\r\nAUTH PLAIN " + JANE + "\r\n").says("554 5.5.1").isCutOff();
    }
    try (SmtpPeer peer = greeted("submission")) {
      peer.send("AUTH PLAIN " + JANE).says("530 5.7.0").send("STARTTLS").says("220");
      peer.send("AUTH PLAIN " + JANE).isCutOff();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void aMailBegunBeforeTheLoginIsNobodys() throws Exception {
    try (SmtpPeer peer = inTls("either")) {
      peer.send("AUTH PLAIN " + JANE, "MAIL FROM:<a@example.org>").says("554 5.5.0").isCutOff();
    }
    try (SmtpPeer peer = inTls("either")) {
      peer.send("AUTH PLAIN").says("334").send(JANE, "MAIL FROM:<jane@example.org>");
      peer.says("235").says("250").send("STARTTLS").says("503 5.5.1");
    }
  }

  @Test
  void aResponseWithoutEndIsSkippedInLittleMemory() throws Exception {
    try (SmtpPeer peer = inTls("submissions")) {
      peer.send("AUTH PLAIN").says("334");
      for (int i = 0; i < 20; i++) {
        peer.raw("A".repeat(100_000));
      }
      peer.send("").says("500 5.5.6").send("AUTH PLAIN " + JANE).says("235");
    }
  }

  /** As many as there may be, each as often as it may. */
  @Test
  void thousandsOfGuessesAskFewQuestions() throws Exception {
    List<Future<?>> guessers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        int guesser = i;
        guessers.add(threads.submit(() -> guesses(guesser)));
      }
      for (Future<?> each : guessers) {
        each.get();
      }
    }
    assertThat(asked.get()).isBetween(Sites.PATIENCE.failuresMax(), 8 + LoginDesk.ASKED_MAX);
    try (SmtpPeer peer = inTls("submissions")) {
      peer.send("AUTH PLAIN " + JANE).says("535 5.7.8");
    }
  }

  private Void guesses(int guesser) throws Exception {
    try (SmtpPeer peer = inTls("submissions")) {
      for (int i = 0; i < SessionLimits.DEFAULT.errorsMax(); i++) {
        peer.send("AUTH PLAIN " + plain("|jane@example.org|guess " + guesser + "/" + i));
        peer.says("535 5.7.8");
      }
      peer.send("AUTH PLAIN " + JANE).says("421 4.7.0").isCutOff();
    }
    return null;
  }

  @Test
  void whoLeavesBeforeHisRefusalLeavesNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (SmtpPeer peer = inTls("submissions")) {
        peer.send("AUTH PLAIN " + plain("|user" + i + "@example.org|wrong"));
      }
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> server.sessions() == 0);
  }

  @Test
  void noLogHoldsAPassword() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler = new Remembering(lines);
    Logger logger = Logger.getLogger("postbus");
    logger.addHandler(handler);
    logger.setLevel(Level.ALL);
    try (SmtpPeer peer = inTls("submissions")) {
      peer.send("AUTH PLAIN " + plain("|broken@example.org|secret")).says("454 4.7.0");
      peer.send("AUTH LOGIN").says("334").send(base64("jane@example.org")).says("334");
      peer.send(base64("Secret")).says("535");
      for (int i = 0; i < 3; i++) {
        peer.send("AUTH PLAIN " + plain("|jane@example.org|Secret")).says("535");
      }
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
    assertThat(lines)
        .anyMatch(line -> line.contains("login: 127.0.9.0/24 from jane@example.org is locked out"))
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("secret"))
        .noneMatch(line -> line.contains(base64("Secret")) || line.contains(JANE));
  }

  private static final class Remembering extends Handler {
    private final List<String> lines;

    Remembering(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord record) {
      Object[] parameters = record.getParameters();
      String message = record.getMessage();
      lines.add(parameters == null ? message : message.formatted(parameters));
      if (record.getThrown() != null) {
        lines.add(record.getThrown().toString());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private SmtpPeer greeted(String listener) throws IOException {
    SmtpPeer peer = server.from(Sites.OUTSIDER, listener).says("220").send("EHLO x.example");
    return peer.endsWith("250 ");
  }

  /** In TLS, after EHLO. */
  private SmtpPeer inTls(String listener) throws IOException {
    SmtpPeer clear =
        listener.equals("submissions")
            ? server.from(Sites.OUTSIDER, listener)
            : greeted(listener).send("STARTTLS").says("220");
    SmtpPeer peer = clear.inTls(trusting);
    if (listener.equals("submissions")) {
      peer.says("220");
    }
    return peer.send("EHLO x.example").endsWith("250 ");
  }
}
