package postbus.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static postbus.imap.DovecotRig.LONG;
import static postbus.imap.DovecotRig.PASSWORD;
import static postbus.imap.DovecotRig.lmtp;
import static postbus.imap.DovecotRig.mail;
import static postbus.imap.DovecotRig.read;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Mail;
import postbus.mail.Event.What;
import postbus.site.Place;
import postbus.testkit.DovecotServer;

/** Dovecot stops, hangs, is killed, and comes back. */
class LmtpAwayTest {
  private static final String JANE = "jane@example.org";
  private static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";
  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir private Path data;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private DovecotServer dovecot;
  private DovecotRig rig;
  private LmtpWay way;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
    Metrics.addRegistry(meters);
    dovecot = DovecotServer.start();
    dovecot.account(JANE, PASSWORD);
    rig = new DovecotRig(data);
    way = rig.by(lmtp(new Place.Socket(dovecot.lmtpSocket()), 2, SHORT));
    assertThat(story()).containsExactly(What.DELIVERED);
  }

  @AfterEach
  void stop() throws Exception {
    Metrics.removeRegistry(meters);
    if (way != null) {
      way.stop(LONG);
    }
    if (dovecot != null) {
      dovecot.close();
    }
  }

  @Test
  void mailWaitsWhileDovecotIsAwayAndGoesOnWhenItIsBack() throws Exception {
    dovecot.process().stop();
    for (int i = 0; i < LmtpSessions.FAILURES_MAX + 2; i++) {
      assertThat(story()).containsExactly(What.DEFERRED);
    }
    assertThat(away()).isEqualTo(1);

    dovecot.process().restart();
    await().atMost(LONG).until(() -> story().equals(List.of(What.DELIVERED)));
    assertThat(away()).isEqualTo(0);
    assertThat(story()).containsExactly(What.DELIVERED);
  }

  @Test
  void aDovecotThatHangsHoldsAMailForItsWaitsAndNoLonger() throws Exception {
    dovecot.process().pause();
    assertThat(story()).containsExactly(What.DEFERRED);
    dovecot.process().resume();
    assertThat(story()).containsExactly(What.DELIVERED);
    assertThat(read(dovecot, JANE)).hasSize(2);
  }

  @Test
  void aSessionThatDiesWithDovecotIsReplacedWhenItIsBack() throws Exception {
    dovecot.process().kill();
    dovecot.process().restart();
    assertThat(story()).containsExactly(What.DELIVERED);
    assertThat(read(dovecot, JANE)).hasSize(2);
  }

  @Test
  void aContentThatCannotBeReadSaysNothingOfDovecot() throws Exception {
    Mail unread = rig.stored("away", CONTENT.getBytes(US_ASCII), JANE);
    dovecot.process().stop();
    for (int i = 1; i < LmtpSessions.FAILURES_MAX; i++) {
      assertThat(story()).containsExactly(What.DEFERRED);
    }
    dovecot.process().restart();
    Files.move(data.resolve("content"), data.resolve("unmounted"));
    assertThat(rig.deliver(way, unread).events.getFirst().detail())
        .isEqualTo("451 4.3.0 the content cannot be read now");

    dovecot.process().stop();
    assertThat(story()).containsExactly(What.DEFERRED);
    assertThat(away()).as("no answer came between").isEqualTo(1);
  }

  private List<What> story() throws Exception {
    return rig.deliver(way, mail(CONTENT, JANE)).story();
  }

  private double away() {
    return meters.get("postbus.mailboxes.away").gauge().value();
  }
}
