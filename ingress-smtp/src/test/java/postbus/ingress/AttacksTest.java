package postbus.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.mail.MailId;

/**
 * What strangers try, each in a test. Beside these: {@link SmtpServerTest} (talking before the
 * greeting, too many errors and connections, silence, lines that are none), SmugglingTest (false
 * ends of a mail), {@link ContentReaderTest} (lines, loops), {@link CommandParserTest} (routes,
 * header fields in HELO), {@link MailIntakeTest} (too much mail), {@link LoginAttacksTest}
 * (passwords guessed, overheard or smuggled), OutsidersIT (relaying).
 */
class AttacksTest {
  @TempDir private Path folder;
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RunningServer(folder, Sites.small());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EHLO spam.example", "HELO spam.example", "ehlo spam.example"})
  void whoDoesNotWaitForTheAnswerToHisNameIsSentAway(String hello) throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send(hello, "MAIL FROM:<a@example.org>").says("554 5.5.0").isCutOff();
    }
  }

  @Test
  void whoSendsAContentBeforeItWasAskedForIsSentAway() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("HELO x.example").says("250");
      peer.send(
          "MAIL FROM:<a@example.org>", "RCPT TO:<nobody@wikimedia.org>", "DATA", "Subject: x");
      peer.says("250").says("550").says("554 5.5.0").isCutOff();
    }
  }

  @Test
  void aWebBrowserIsSentAway() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("POST / HTTP/1.1", "Host: mx", "", "EHLO x.example", "MAIL FROM:<>");
      peer.says("500").says("500").says("500").says("554 5.5.0").isCutOff();
    }
  }

  @Test
  void whatAnybodyMayPipelineHeMay() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("HELO x.example").says("250");
      peer.send("NOOP", "RSET", "MAIL FROM:<a@example.org>", "RCPT TO:<b@wikimedia.org>", "DATA");
      peer.says("250").says("250").says("250").says("250").says("354");
      peer.send(".", "MAIL FROM:<>", "QUIT", "and more").says("250").says("250").says("221");
      peer.isCutOff();
    }
    assertThat(server.taken()).hasSize(1);
  }

  @Test
  void ourOwnHostsMayDoAsTheyAreUsedTo() throws IOException {
    try (SmtpPeer peer = server.from(Sites.APP_SERVER)) {
      peer.says("220")
          .send("HELO x.example", "MAIL FROM:<>", "RCPT TO:<b@example.org>", "DATA", ".");
      peer.says("250").says("250").says("250").says("354").says("250");
    }
  }

  @Test
  void whoGuessesAddressesIsSentAway() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("HELO x.example").says("250").send("MAIL FROM:<>").says("250");
      peer.send("RCPT TO:<noa@wikimedia.org>").says("550");
      peer.send("RCPT TO:<b@wikimedia.org>").says("250");
      peer.send("RCPT TO:<nob@wikimedia.org>").says("550");
      peer.send("RCPT TO:<c@wikimedia.org>").says("250");
      peer.send("RCPT TO:<noc@wikimedia.org>").says("550");
      peer.send("RSET", "MAIL FROM:<>").says("250").says("250");
      peer.send("RCPT TO:<nod@wikimedia.org>").says("421 4.7.0").isCutOff();
    }
  }

  @Test
  void moreRecipientsThanAMailMayHaveComeLater() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("HELO x.example").says("250").send("MAIL FROM:<>").says("250");
      for (String name : new String[] {"a", "b", "c"}) {
        peer.send("RCPT TO:<" + name + "@wikimedia.org>").says("250");
      }
      peer.send("RCPT TO:<d@wikimedia.org>").says("452 4.5.3");
    }
  }

  @Test
  void aHeaderWithoutEndIsRefused() throws IOException {
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.mail("x.example");
      for (int i = 0; i < 1_160; i++) {
        peer.send("X-" + i + ": " + "x".repeat(900));
      }
      peer.send("", "text", ".", "NOOP").says("552 5.3.4 The header").says("250");
    }
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void whoSendsAnOctetNowAndThenIsSentAway() throws Exception {
    long begin = System.nanoTime();
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.mail("x.example");
      Thread drip = Thread.startVirtualThread(() -> drip(peer, "x\r\n"));
      peer.says("421 4.4.2").isCutOff();
      drip.interrupt();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
    assertThat(server.taken()).isEmpty();
  }

  @Test
  void whoSendsAChunkOfAnOctetNowAndThenIsSentAway() throws Exception {
    long begin = System.nanoTime();
    try (SmtpPeer peer = server.from(Sites.OUTSIDER)) {
      peer.says("220").send("EHLO x.example").endsWith("250 ");
      peer.send("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>").says("250").says("250");
      Thread drip = Thread.startVirtualThread(() -> drip(peer, "BDAT 1\r\nxNOOP\r\n"));
      peer.endsWithAfter("250", "421 4.4.2").isCutOff();
      drip.interrupt();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(25));
  }

  private static void drip(SmtpPeer peer, String octets) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        peer.raw(octets);
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException cutOff) {
      // As it should be.
    }
  }

  @Test
  void whenMemoryIsUsedUpContentsGoToTheStore() throws IOException {
    OctetBudget used = new OctetBudget(100);
    assertThat(used.take(100)).isTrue();
    ContentBuffer buffer =
        new ContentBuffer(MailId.next(), 10_000, used, new ContentFolder(folder.resolve("store")));
    byte[] line = "a line\r\n".getBytes(US_ASCII);
    assertThat(buffer.write(line, 0, line.length)).isEmpty();
    assertThat(buffer.isStored()).isTrue();
    assertThat(buffer.finish(line.length)).isInstanceOf(Content.Received.class);
    assertThat(used.taken()).isEqualTo(100);
  }

  @Test
  void whenMemoryAndStoreAreUsedUpTheClientKeepsItsMail() throws IOException {
    ContentStore store = new ContentFolder(folder.resolve("store"));
    Files.delete(folder.resolve("store/tmp"));
    ContentBuffer buffer = new ContentBuffer(MailId.next(), 10_000, new OctetBudget(0), store);
    assertThat(buffer.write(new byte[10], 0, 10)).contains(Replies.LOG_AWAY);
    buffer.discard();
  }

  @Test
  void memoryIsGivenBackWhateverBecomesOfAContent() throws IOException {
    OctetBudget memory = new OctetBudget(100_000);
    ContentStore store = new ContentFolder(folder.resolve("store"));
    ContentBuffer kept = new ContentBuffer(MailId.next(), 50_000, memory, store);
    ContentBuffer spilled = new ContentBuffer(MailId.next(), 50_000, memory, store);
    byte[] much = new byte[40_000];
    Arrays.fill(much, (byte) 'x');
    kept.write(much, 0, much.length);
    assertThat(memory.taken()).isGreaterThanOrEqualTo(much.length);
    spilled.write(much, 0, much.length);
    spilled.write(much, 0, much.length);
    assertThat(spilled.isStored()).isTrue();
    spilled.discard();
    kept.discard();
    kept.discard();
    assertThat(memory.taken()).isZero();
  }
}
