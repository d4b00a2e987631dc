package postbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.DeliveryLimits;
import postbus.site.Schedule;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/** What an end waits for, and what it does not. */
class EndTest {
  /** Longer than a partition waits that goes to another owner. */
  private static final Duration SLOWNESS = Duration.ofSeconds(7);

  @TempDir Path folder;

  @Test
  void aReplyToAFinalDotIsWaitedForAndNothingElse() throws Exception {
    Schedule schedule = new Schedule(List.of(Duration.ofSeconds(1)), Duration.ofDays(5));
    try (LaneRig lanes = new LaneRig(folder, DeliveryLimits.DEFAULT, schedule);
        ScriptedSmtpServer server = ScriptedSmtpServer.start(Script.GOOD.slowness(SLOWNESS))) {
      DeliveryStage first = lanes.deliverer("0");
      lanes.put("127.0.0.1", server.port(), "hang@x.org");
      lanes.put("127.0.0.1", server.port(), "late-dot@x.org");
      lanes.flush();
      server.awaitMails(1, LaneRig.LONG);
      long begin = System.nanoTime();
      lanes.stop(first);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(took).isLessThan(SLOWNESS.plusSeconds(5));
      assertThat(lanes.story()).containsExactly("DELIVERED [late-dot@x.org]");

      DeliveryStage next = lanes.deliverer("0");
      lanes.put("127.0.0.1", server.port(), "a@x.org");
      lanes.flush();
      await().atMost(LaneRig.LONG).until(() -> lanes.story().contains("DELIVERED [a@x.org]"));
      assertThat(server.mails()).as("none twice").hasSize(2);
      begin = System.nanoTime();
      lanes.stop(next);
      took = Duration.ofNanos(System.nanoTime() - begin);
      assertThat(took).as("with a server that never answered RCPT").isLessThan(SLOWNESS);
    }
  }
}
