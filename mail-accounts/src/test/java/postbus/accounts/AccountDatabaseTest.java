package postbus.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.accounts.AccountAnswer.Away;
import postbus.accounts.AccountAnswer.Found;
import postbus.accounts.AccountAnswer.Unknown;
import postbus.accounts.PasswordHash.Match;
import postbus.mail.EmailAddress;
import postbus.testkit.MariaDbServer;

/** What the table of accounts says, and what becomes of its servers. */
@Timeout(180)
class AccountDatabaseTest {
  private static AccountServers servers;

  @TempDir Path folder;
  private AccountDatabase database;

  @BeforeAll
  static void startServers() throws Exception {
    servers = AccountServers.start();
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
    database = servers.database(Files.writeString(folder.resolve("password"), "secret\n"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void anAccountIsFoundWithAllThatIsKnownOfIt() throws Exception {
    assertThat(find("Jane@EXAMPLE.org"))
        .isInstanceOfSatisfying(
            Found.class,
            found -> {
              assertThat(found.account().address()).hasToString("jane@example.org");
              assertThat(found.account().quotaOctets()).hasValue(1000);
              assertThat(found.account().mayLogIn()).isTrue();
              byte[] password = "correct horse ü".getBytes(UTF_8);
              assertThat(found.account().password().orElseThrow().matches(password))
                  .isEqualTo(Match.YES);
            });
    servers.first.execute(
        "UPDATE postbus.accounts SET may_log_in=0, password=NULL, quota_octets=NULL");
    soon().until(() -> find("jane@example.org") instanceof Found(Account now) && !now.mayLogIn());
    Account jane = ((Found) find("jane@example.org")).account();
    assertThat(jane.password()).isEmpty();
    assertThat(jane.quotaOctets()).isEmpty();
  }

  @Test
  void whoIsNotInTheTableIsUnknownWhateverTheAddress() {
    for (String address :
        List.of(
            "jack@example.org",
            "\"x' OR '1'='1\"@example.org",
            "%@example.org",
            "jäne@example.org",
            "jane@example.org ",
            "почта@example.org",
            "x".repeat(2000) + "@example.org")) {
      assertThat(find(address)).as(address).isEqualTo(new Unknown());
    }
    assertThat(find("jane@example.org")).isInstanceOf(Found.class);
  }

  @Test
  void aNewAccountCountsAtOnceAndARemovedOneIsForgottenSoon() throws Exception {
    assertThat(find("jack@example.org")).isInstanceOf(Unknown.class);
    AccountServers.add(servers.first, "jack@example.org");
    assertThat(find("jack@example.org")).isInstanceOf(Found.class);
    servers.first.execute("DELETE FROM postbus.accounts");
    assertThat(find("jack@example.org")).isInstanceOf(Found.class);
    soon().until(() -> find("jack@example.org") instanceof Unknown);
  }

  @Test
  void moreLookUpsAtOnceThanConnectionsAreAllAnswered() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<AccountAnswer> question = () -> find("jack@example.org");
      List<AccountAnswer> answers = new ArrayList<>();
      for (Future<AccountAnswer> answer : threads.invokeAll(Collections.nCopies(200, question))) {
        answers.add(answer.get());
      }
      assertThat(answers).hasSize(200).containsOnly(new Unknown());
    }
  }

  @Test
  void aWrongPasswordIsNobodysAbsenceAndMendedLive() throws Exception {
    Files.writeString(folder.resolve("password"), "wrong\n");
    assertThat(find("jane@example.org")).isInstanceOf(Away.class);
    Files.writeString(folder.resolve("password"), "secret\n");
    soon().until(() -> find("jane@example.org") instanceof Found);
  }

  @Test
  void aTableThatIsNotThereSaysNothingOfAnybody() throws Exception {
    servers.first.execute("DROP TABLE postbus.accounts");
    servers.second.execute("ALTER TABLE postbus.accounts DROP COLUMN may_log_in");
    assertThat(find("jane@example.org"))
        .isEqualTo(new Away("the accounts do not say at this time whether they have the address"));
    assertThat(find("nobody@example.org")).isInstanceOf(Away.class);
  }

  @Test
  void theSecondServerAnswersWhileTheFirstIsDeadAndNobodyKnowsWhileBothAre() throws Exception {
    assertThat(find("jane@example.org")).isInstanceOf(Found.class);
    servers.first.kill();
    try {
      AccountServers.add(servers.second, "jack@example.org");
      assertThat(find("jack@example.org")).isInstanceOf(Found.class);
      servers.second.kill();
      assertThat(find("nobody@example.org")).isInstanceOf(Away.class);
    } finally {
      servers.first.restart();
      restart(servers.second);
    }
    soon().until(() -> find("nobody@example.org") instanceof Unknown);
  }

  @Test
  void aServerThatHangsCostsNoMoreThanItsWaitAndIsThenLeftAlone() throws Exception {
    assertThat(find("jane@example.org")).isInstanceOf(Found.class);
    servers.first.pause();
    try {
      for (int i = 0; i < AccountServer.FAILURES_MAX; i++) {
        long begin = System.nanoTime();
        assertThat(find("nobody" + i + "@example.org")).isInstanceOf(Unknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
            .isLessThan(AccountServers.WAIT.multipliedBy(2));
      }
      long begin = System.nanoTime();
      assertThat(find("nobody@example.org")).isInstanceOf(Unknown.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AccountServers.WAIT);
    } finally {
      servers.first.resume();
    }
  }

  @Test
  void whoeverAsksAfterTheEndHearsThatNobodyKnows() {
    database.close();
    assertThat(find("jane@example.org")).isInstanceOf(Away.class);
  }

  private static void restart(MariaDbServer server) throws Exception {
    server.kill();
    server.restart();
  }

  private AccountAnswer find(String address) {
    return database.find(EmailAddress.of(address));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
  }
}
