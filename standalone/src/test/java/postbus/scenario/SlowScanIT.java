package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Between processes, a spam scanner that takes mails and says nothing holds up those mails, nearly
 * as many as policy judges at the same time, and no other.
 */
class SlowScanIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int HUNG = 60;
  private static final int TRUSTED = HUNG;
  private static final int LARGE = HUNG + 1;

  /** Of one address there may be 50 connections. */
  private static final List<String> OUTSIDERS = List.of("127.0.9.1", "127.0.10.1");

  @TempDir Path folder;
  private TestSite site;

  @Test
  void aScanThatHangsDelaysOnlyItsOwnMail() throws Exception {
    Path data = folder.resolve("data");
    try (SilentServer scanner = new SilentServer();
        ScriptedSmtpServer world = ScriptedSmtpServer.start();
        Cluster cluster = Cluster.start(site(scanner, world), folder, 1)) {
      List<Dialogue> hung = new ArrayList<>();
      for (int i = 0; i < HUNG; i++) {
        hung.add(begun(OUTSIDERS.get(i % OUTSIDERS.size())));
      }
      for (int i = 0; i < HUNG; i++) {
        hung.get(i).send(text(i, "short") + "\r\n.");
      }
      await("all of them are scanned").atMost(LIMIT).until(() -> scanner.taken() == HUNG);

      String trusted = through(TestSite.APP_SERVER, text(TRUSTED, "short"));
      String large = through(OUTSIDERS.getFirst(), text(LARGE, "large\r\n".repeat(1000)));
      assertThat(Arrivals.awaitMail(data, trusted)).doesNotContain("X-Spam-Scanned");
      assertThat(Arrivals.awaitMail(data, large)).doesNotContain("X-Spam-Scanned");
      assertThat(Arrivals.inMailboxes(data).times()).containsOnlyKeys(TRUSTED, LARGE);
      assertThat(scanner.taken()).as("each was asked about once").isEqualTo(HUNG);

      scanner.hangUp();
      for (Dialogue each : hung) {
        try (each) {
          assertThat(Arrivals.awaitMail(data, Dialogue.idIn(each.reply())))
              .contains("X-Spam-Scanned: no (");
        }
      }
      Map<Integer, Long> once =
          IntStream.rangeClosed(0, LARGE).boxed().collect(Collectors.toMap(n -> n, _ -> 1L));
      assertThat(Arrivals.inMailboxes(data).times()).isEqualTo(once);
      Recorded.at(cluster.bootstrapServers()).assertThatNoStepIsRecordedTwice();
    }
  }

  private TestSite site(SilentServer scanner, ScriptedSmtpServer world) throws IOException {
    site =
        TestSite.in(folder, world.port())
            .with("verdict-wait: 20s", "verdict-wait: 600s")
            .with(
                "\nsessions:",
                "\nspam: {servers: 127.0.0.1:%d, wait: 200s, size-max: 1K, at-once-max: 64}"
                        .formatted(scanner.port())
                    + "\nsessions:");
    return site;
  }

  /** The id of a mail that is taken. */
  private String through(String client, String text) {
    try (Dialogue dialogue = begun(client)) {
      return Dialogue.idIn(dialogue.send(text + "\r\n.").reply());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All but the content; the first questions of a process may take their time. */
  private Dialogue begun(String client) {
    return await().atMost(LIMIT).until(() -> begunOrNull(client), open -> open != null);
  }

  private Dialogue begunOrNull(String client) throws IOException {
    Dialogue dialogue = Dialogue.greeted(client, TestSite.THIS_HOST, site.mxPort());
    for (String line :
        List.of("MAIL FROM:<a@example.org>", "RCPT TO:<jimbo@wikimedia.org>", "DATA")) {
      if (!dialogue.send(line).reply().matches("(?s)(250|354).*")) {
        dialogue.close();
        return null;
      }
    }
    return dialogue;
  }

  private static String text(int number, String body) {
    return "Subject: number " + number + ".\r\n\r\n" + body;
  }

  /** Takes connections and never says a word. */
  private static final class SilentServer implements AutoCloseable {
    private final ServerSocket server =
        new ServerSocket(0, 2 * HUNG, InetAddress.getLoopbackAddress());
    private final List<Socket> taken = new CopyOnWriteArrayList<>();

    SilentServer() throws IOException {
      Thread.ofVirtual().name("silent-scanner").start(this::serve);
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          taken.add(server.accept());
        } catch (IOException e) {
          return; // Closed.
        }
      }
    }

    int port() {
      return server.getLocalPort();
    }

    int taken() {
      return taken.size();
    }

    @Override
    public void close() throws IOException {
      hangUp();
    }

    /** Says no word to the end. */
    void hangUp() throws IOException {
      server.close();
      for (Socket socket : taken) {
        socket.close();
      }
    }
  }
}
