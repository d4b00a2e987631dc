package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.dns.MailExchangers;
import postbus.dns.MailExchangers.Exchanger;
import postbus.log.ContentStore;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.ContentRef;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.Schedule;
import postbus.testkit.ReceivedMail;
import postbus.testkit.ScriptedSmtpServer;

/** The stage between a real broker and a scripted server. */
@Timeout(120)
class DeliveryStageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] CONTENT =
      "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final MailExchangers LOCALHOST =
      _ -> new MailExchangers.Found(List.of(new Exchanger("localhost", 10, List.of("127.0.0.1"))));

  @TempDir Path folder;
  private LaneRig lanes;
  private ScriptedSmtpServer server;

  @BeforeEach
  void startTheLog() throws Exception {
    Schedule everySecond = new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5));
    lanes = new LaneRig(folder, DeliveryLimits.DEFAULT, everySecond);
    server = ScriptedSmtpServer.start();
  }

  @AfterEach
  void stopTheLog() {
    lanes.close();
    server.close();
  }

  @Test
  void mailsOfEachPoolLeaveAndTheRestIsTold() throws Exception {
    lanes.deliverer("0", LOCALHOST, server.port());
    put("normal", Body.of(CONTENT.length), CONTENT, "a@x.org", "permfail@x.org", "tempfail@x.org");
    put("bulk", Body.of(CONTENT.length), CONTENT, "b@x.org");
    List<ReceivedMail> received = server.awaitMails(2, LONG);
    assertThat(received)
        .extracting(mail -> mail.recipients().getFirst() + " " + mail.peer().getHostAddress())
        .containsExactlyInAnyOrder("a@x.org 127.0.0.1", "b@x.org 127.0.0.2");
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(lanes.story())
                .contains(
                    "DELIVERED [a@x.org]",
                    "DELIVERED [b@x.org]",
                    "BOUNCED [permfail@x.org]",
                    "BOUNCE_WRITTEN [s@example.org]",
                    "DEFERRED [tempfail@x.org]"));
    assertThat(lanes.records(Topics.REINJECTED)).hasSize(1);
    // It comes back from its retry topic, is tried again, and alone.
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(lanes.story().stream().filter("DEFERRED [tempfail@x.org]"::equals))
                .hasSizeGreaterThan(1));
    assertThat(server.mails()).hasSize(2);
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void aStoredContentIsStreamedAndRecordedOnce() throws Exception {
    byte[] large = "x".repeat(998).concat("\r\n").repeat(1000).getBytes(StandardCharsets.US_ASCII);
    byte[] header = "Subject: large\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    ContentRef ref;
    try (ContentStore.Writer writer = lanes.store().begin(MailId.next())) {
      writer.write(header, 0, header.length);
      writer.write(large, 0, large.length);
      ref = writer.finish();
    }
    DeliveryStage first = lanes.deliverer("0", LOCALHOST, server.port());
    Body stored = Body.of(header.length + large.length).storedAt(ref);
    put("normal", stored, new byte[0], "a@x.org");
    assertThat(server.awaitMails(1, LONG).getFirst().content()).endsWith(large);
    await().atMost(LONG).untilAsserted(() -> assertThat(lanes.events()).hasSize(1));
    lanes.stop(first);
    lanes.deliverer("0", LOCALHOST, server.port());
    put("normal", Body.of(CONTENT.length), CONTENT, "b@x.org");
    await().atMost(LONG).untilAsserted(() -> assertThat(lanes.events()).hasSize(2));
    assertThat(server.mails()).hasSize(2);
  }

  @Test
  void aPoolThatTheSiteDoesNotHaveIsNoStart() {
    assertThatThrownBy(() -> lanes.stage("0", Set.of("fast"), LOCALHOST, 25))
        .hasMessageStartingWith("postbus.delivery.pools: expected some of [")
        .hasMessageEndingWith("found [fast]");
  }

  private void put(String pool, Body body, byte[] content, String... to) {
    Route route = new Route(pool, "localhost", new NextHop.Exchangers("x.org"));
    Envelope envelope = LaneRig.envelope(body, to).via(route);
    lanes.put(Topics.sharedLane(pool), "localhost", envelope, content);
    lanes.flush();
  }
}
