package postbus.scenario;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Standalone is killed with a thousand mails in flight. Every mail that got its 250 arrives, and
 * beside those that were on the wire at that moment, at most one a session, each arrives once.
 */
class KillIT {
  private static final int MAILS = 4_000;

  /** Delivered before the kill: mails come in faster than they leave. */
  private static final int FIRST = 200;

  private static final int SESSIONS_IN = 20;
  private static final Pattern NUMBER = Pattern.compile("Subject: number (\\d+)\\.");
  @TempDir Path folder;

  @Test
  void everyMailThatGotIts250ArrivesAndAtMostOneASessionTwice() throws Exception {
    try (ScriptedSmtpServer world = ScriptedSmtpServer.start()) {
      TestSite site = TestSite.in(folder, world.port());
      Path data = folder.resolve("data");
      Load load = new Load(site, SESSIONS_IN);
      int sessionsOut;
      try (RunningPostbus postbus = RunningPostbus.start(site, data)) {
        Load.Running running = load.submit(MAILS);
        await()
            .atMost(Duration.ofSeconds(120))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> world.mails().size() >= FIRST);
        int connections = world.connections();
        sessionsOut = world.openConnections();
        postbus.kill9();
        sessionsOut += world.connections() - connections;
        running.join();
      }
      assertThat(load.accepted()).as("the kill came in the middle").hasSizeBetween(1, MAILS - 1);
      try (RunningPostbus postbus = RunningPostbus.start(site, data)) {
        await()
            .atMost(Duration.ofSeconds(120))
            .untilAsserted(() -> assertThat(arrivals(world).keySet()).containsAll(load.accepted()));
        assertThat(postbus.terminate()).isLessThan(Duration.ofSeconds(20));
      }
      long twice =
          arrivals(world).entrySet().stream().filter(arrival -> arrival.getValue() > 1).count();
      assertThat(arrivals(world).values()).allMatch(times -> times <= 2);
      assertThat(twice).as("doubled").isLessThanOrEqualTo(sessionsOut);
    }
  }

  private static Map<Integer, Long> arrivals(ScriptedSmtpServer world) {
    return world.mails().stream()
        .map(mail -> NUMBER.matcher(mail.text()))
        .filter(Matcher::find)
        .collect(groupingBy(matcher -> Integer.parseInt(matcher.group(1)), counting()));
  }
}
