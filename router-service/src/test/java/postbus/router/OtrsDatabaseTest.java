package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.router.OtrsServers.LONG;
import static postbus.router.OtrsServers.NO;
import static postbus.router.OtrsServers.YES;
import static postbus.router.OtrsServers.add;
import static postbus.router.OtrsServers.askAtOnce;
import static postbus.router.OtrsServers.soon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.EmailAddress;
import postbus.router.OtrsAddresses.Answer;
import postbus.testkit.MariaDbServer;

/** What OTRS's database says, and what it refuses to say. */
@Timeout(120)
class OtrsDatabaseTest {
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
            Files.writeString(folder.resolve("password"), "secret\n"), LONG, Duration.ZERO);
  }

  @AfterEach
  void close() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void aQueueIsFoundWhateverTheCaseOfItsAddress() {
    assertThat(ask("info@wikimedia.org")).isEqualTo(YES);
    assertThat(ask("Info@Wikimedia.ORG")).isEqualTo(YES);
    assertThat(ask("press@wikiquote.org")).isEqualTo(YES);
    assertThat(ask("nobody@wikimedia.org")).isEqualTo(NO);
  }

  @Test
  void aNewQueueWorksAtTheVeryNextLookUp() throws Exception {
    assertThat(ask("new@wikimedia.org")).isEqualTo(NO);
    add(servers.first, "new@wikimedia.org");
    assertThat(ask("new@wikimedia.org")).isEqualTo(YES);
  }

  @Test
  void aQueueThatIsRemovedStopsWorkingWhenItsAnswerIsNoLongerKept() throws Exception {
    assertThat(ask("info@wikimedia.org")).isEqualTo(YES);
    servers.first.execute("DELETE FROM otrs.system_address");
    assertThat(ask("info@wikimedia.org")).isEqualTo(YES);
    soon().untilAsserted(() -> assertThat(ask("info@wikimedia.org")).isEqualTo(NO));
  }

  @Test
  void aNegativeAnswerIsKeptIfTheSiteWantsIt() throws Exception {
    Path password = folder.resolve("password");
    try (OtrsDatabase patient = servers.database(password, LONG, Duration.ofMinutes(1))) {
      assertThat(patient.of(EmailAddress.of("new@wikimedia.org"))).isEqualTo(NO);
      add(servers.first, "new@wikimedia.org");
      assertThat(patient.of(EmailAddress.of("new@wikimedia.org"))).isEqualTo(NO);
    }
  }

  @Test
  void anAddressIsNeverMoreThanAValue() throws Exception {
    assertThat(ask("\"x' OR '1'='1\"@wikimedia.org")).isEqualTo(NO);
    assertThat(ask("x'@wikimedia.org")).isEqualTo(NO);
    assertThat(ask("\"\\\\' OR 1=1 -- \"@wikimedia.org")).isEqualTo(NO);
    assertThat(ask("%@wikimedia.org")).isEqualTo(NO);
    assertThat(ask("\"; DROP TABLE system_address; --\"@wikimedia.org")).isEqualTo(NO);
    assertThat(ask("o'hara@wikimedia.org")).isEqualTo(NO);
    add(servers.first, "o''hara@wikimedia.org");
    assertThat(ask("o'hara@wikimedia.org")).isEqualTo(YES);
  }

  @Test
  void anAddressThatTheColumnCannotHoldIsNoQueue() throws Exception {
    servers.first.execute("ALTER TABLE otrs.system_address CONVERT TO CHARACTER SET latin1");
    for (int i = 0; i < 2 * OtrsServer.FAILURES_MAX; i++) {
      assertThat(ask("почта" + i + "@wikimedia.org")).isEqualTo(NO);
    }
    servers.first.execute("DELETE FROM otrs.system_address WHERE value0 = 'info@wikimedia.org'");
    assertThat(ask("info@wikimedia.org")).as("the first server is still asked").isEqualTo(NO);
  }

  @Test
  void moreLookUpsAtOnceThanConnectionsAreAllAnswered() throws Exception {
    assertThat(askAtOnce(database, 500, "nobody@wikimedia.org")).hasSize(500).containsOnly(NO);
  }

  @Test
  void whatTheServerRefusesIsUnknownAndLoggedOnceNotForEveryMail() throws Exception {
    try (Complaints complaints = Complaints.of(OtrsServer.class)) {
      for (MariaDbServer server : List.of(servers.first, servers.second)) {
        server.execute("DROP TABLE otrs.system_address");
      }
      for (int i = 0; i < 20; i++) {
        assertThat(ask("info" + i + "@wikimedia.org")).isInstanceOf(Answer.Unknown.class);
      }
      assertThat(complaints.lines()).hasSize(2);
      assertThat(complaints.lines())
          .allSatisfy(line -> assertThat(line).contains("system_address", "127.0.0.1:"))
          .noneSatisfy(line -> assertThat(line).contains("secret"));
    }
  }

  @Test
  void aWrongPasswordIsUnknownUntilItsFileIsMended() throws Exception {
    Files.writeString(folder.resolve("password"), "wrong\n");
    try (Complaints complaints = Complaints.of(OtrsServer.class)) {
      assertThat(ask("info@wikimedia.org")).isInstanceOf(Answer.Unknown.class);
      assertThat(complaints.lines())
          .allSatisfy(line -> assertThat(line).contains("Access denied for user 'exim'"))
          .noneSatisfy(line -> assertThat(line).contains("wrong"));
    }
    Files.writeString(folder.resolve("password"), "secret\n");
    assertThat(ask("info@wikimedia.org")).isEqualTo(YES);
  }

  @Test
  void aPasswordFileThatIsMissingIsUnknownAndNamed() throws Exception {
    Files.delete(folder.resolve("password"));
    try (Complaints complaints = Complaints.of(OtrsServer.class)) {
      assertThat(ask("info@wikimedia.org")).isInstanceOf(Answer.Unknown.class);
      assertThat(complaints.lines())
          .allSatisfy(line -> assertThat(line).contains(folder.resolve("password").toString()));
    }
  }

  @Test
  void whoeverAsksAfterTheEndHearsThatNobodyKnows() {
    assertThat(ask("info@wikimedia.org")).isEqualTo(YES);
    database.close();
    assertThat(ask("press@wikiquote.org")).isInstanceOf(Answer.Unknown.class);
  }

  private Answer ask(String address) {
    return database.of(EmailAddress.of(address));
  }
}
