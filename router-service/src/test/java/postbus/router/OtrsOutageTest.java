package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.router.OtrsServers.NO;
import static postbus.router.OtrsServers.WAIT;
import static postbus.router.OtrsServers.YES;
import static postbus.router.OtrsServers.add;
import static postbus.router.OtrsServers.askAtOnce;
import static postbus.router.OtrsServers.soon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.router.OtrsAddresses.Answer;

/** Servers of OTRS that die and come back, or hang: no look-up is slow for long, none is wrong. */
@Timeout(120)
class OtrsOutageTest {
  /** Less than a server that hangs is waited for. */
  private static final Duration AT_ONCE = Duration.ofMillis(900);

  /** The machine stands still at times: most look-ups tell, not each of them. */
  private static final int LOOK_UPS = 20;

  private static OtrsServers servers;

  @TempDir Path folder;
  private OtrsDatabase database;

  @BeforeAll
  static void startServers() throws Exception {
    servers = OtrsServers.start();
  }

  @AfterAll
  static void stopServers() throws Exception {
    if (servers != null) {
      servers.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    servers.fill();
    database =
        servers.database(
            Files.writeString(folder.resolve("password"), "secret\n"), WAIT, Duration.ZERO);
  }

  @AfterEach
  void close() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void oneServerThatIsKilledCostsNothing() throws Exception {
    soon().untilAsserted(() -> assertThat(ask("info@wikimedia.org")).isEqualTo(YES));
    servers.first.kill();
    try {
      mostAreAnsweredAtOnce(i -> assertThat(ask("nobody" + i + "@wikimedia.org")).isEqualTo(NO));
      assertThat(ask("press@wikiquote.org")).isEqualTo(YES);
    } finally {
      servers.first.restart();
    }
  }

  @Test
  void withBothKilledNobodyKnowsUntilTheyAreBack() throws Exception {
    servers.first.kill();
    servers.second.kill();
    mostAreAnsweredAtOnce(
        _ -> assertThat(ask("info@wikimedia.org")).isInstanceOf(Answer.Unknown.class));
    servers.first.restart();
    servers.second.restart();
    soon().untilAsserted(() -> assertThat(ask("info@wikimedia.org")).isEqualTo(YES));
  }

  @Test
  void oneServerThatHangsIsWaitedForByTheFirstLookUpsOnly() throws Exception {
    soon().untilAsserted(() -> assertThat(ask("info@wikimedia.org")).isEqualTo(YES));
    servers.first.pause();
    try {
      for (int i = 0; i < OtrsServer.FAILURES_MAX; i++) {
        assertThat(ask("early" + i + "@wikimedia.org")).isEqualTo(NO);
      }
      mostAreAnsweredAtOnce(i -> assertThat(ask("nobody" + i + "@wikimedia.org")).isEqualTo(NO));
    } finally {
      servers.first.resume();
    }
    add(servers.first, "new@wikimedia.org");
    soon().untilAsserted(() -> assertThat(ask("new@wikimedia.org")).isEqualTo(YES));
  }

  @Test
  void withAllHangingMostLookUpsHearSoAtOnce() throws Exception {
    servers.first.pause();
    servers.second.pause();
    try {
      List<Answer> answers = askAtOnce(database, 50, "info@wikimedia.org");
      assertThat(answers).hasSize(50).allMatch(Answer.Unknown.class::isInstance);
      mostAreAnsweredAtOnce(
          _ -> assertThat(ask("info@wikimedia.org")).isInstanceOf(Answer.Unknown.class));
    } finally {
      servers.first.resume();
      servers.second.resume();
    }
    soon().untilAsserted(() -> assertThat(ask("info@wikimedia.org")).isEqualTo(YES));
  }

  private Answer ask(String address) {
    return database.of(EmailAddress.of(address));
  }

  private static void mostAreAnsweredAtOnce(IntConsumer lookUp) {
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < LOOK_UPS; i++) {
      long begun = System.nanoTime();
      lookUp.accept(i);
      waits.add(Duration.ofNanos(System.nanoTime() - begun));
    }
    assertThat(waits)
        .filteredOn(wait -> wait.compareTo(AT_ONCE) < 0)
        .hasSizeGreaterThan(LOOK_UPS / 2);
  }
}
