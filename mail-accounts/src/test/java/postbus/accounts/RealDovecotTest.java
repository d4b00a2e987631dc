package postbus.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop.Host;
import postbus.site.Database;
import postbus.testkit.DovecotServer;
import postbus.testkit.ImapMailbox;

/** A real Dovecot lets in whom {@code ./postbus account} lets in, by the file and by the table. */
@Timeout(180)
class RealDovecotTest {
  private static final EmailAddress ANN = EmailAddress.of("ann@example.org");
  private static final Path DEPLOY = Path.of("../deploy/dovecot");

  @BeforeAll
  static void dovecotIsHere() {
    assumeTrue(DovecotServer.isAvailable(), "no Dovecot on this machine");
  }

  @Test
  void byTheFile() throws Exception {
    try (DovecotServer dovecot = DovecotServer.start()) {
      agrees(dovecot, new PasswdBook(dovecot.folder()), "*:storage=500M");
    }
  }

  @Test
  void byTheTableWithTheSettingsThatAreDeployed() throws Exception {
    try (AccountServers servers = AccountServers.start()) {
      servers.fill();
      servers.first.execute(
          "GRANT INSERT, UPDATE, DELETE ON postbus.accounts TO 'postbus'@'127.0.0.1'",
          "CREATE USER 'dovecot'@'127.0.0.1' IDENTIFIED BY 'secret'",
          "GRANT SELECT ON postbus.dovecot_passwords TO 'dovecot'@'127.0.0.1'",
          "GRANT SELECT ON postbus.dovecot_users TO 'dovecot'@'127.0.0.1'");
      Path password = Files.createTempFile("postbus", "password");
      Path sql = Files.createTempFile("postbus", "sql");
      try (DovecotServer dovecot = DovecotServer.start(deployed(sql, servers.first.port()));
          AccountTable table = new AccountTable(database(servers, password))) {
        agrees(dovecot, table, "*:bytes=524288000");
      } finally {
        Files.delete(password);
        Files.delete(sql);
      }
    }
  }

  private static void agrees(DovecotServer dovecot, AccountBook book, String quotaRule)
      throws IOException {
    assertThat(book.add(ANN, hash("first ü"), OptionalLong.of(500L << 20))).isTrue();
    lets("first ü", dovecot, "auth succeeded");
    lets("wrong", dovecot, "auth failed");
    assertThat(dovecot.doveadm("user", ANN.toString())).contains(quotaRule);
    assertThat(book.password(ANN, hash("second"))).isTrue();
    lets("first ü", dovecot, "auth failed");
    lets("second", dovecot, "auth succeeded");
    assertThat(book.logIn(ANN, false)).isTrue();
    soon().until(() -> !canRead(dovecot));
    assertThat(dovecot.doveadm("user", ANN.toString())).contains(quotaRule);
    assertThat(book.logIn(ANN, true)).isTrue();
    soon().until(() -> canRead(dovecot));
    assertThat(book.remove(ANN)).isTrue();
    lets("second", dovecot, "auth failed");
  }

  private static void lets(String password, DovecotServer dovecot, String what) {
    soon().until(() -> dovecot.doveadm("auth", "test", ANN.toString(), password).contains(what));
  }

  private static boolean canRead(DovecotServer dovecot) {
    try (ImapMailbox _ = dovecot.imap(ANN.toString(), "second")) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Dovecot looks at the file once a second. */
  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
  }

  private static String hash(String password) {
    return PasswordHash.make(password.getBytes(UTF_8));
  }

  /** What is deployed, with this port of MySQL, and its file for settings in this place. */
  private static String deployed(Path sql, int port) throws IOException {
    String settings = Files.readString(DEPLOY.resolve("dovecot-sql.conf.ext"));
    Files.writeString(sql, settings.replace("port=3306", "port=" + port));
    return Files.readString(DEPLOY.resolve("accounts-in-mysql.conf"))
        .replace("/etc/dovecot/dovecot-sql.conf.ext", sql.toString());
  }

  private static Database database(AccountServers servers, Path password) throws IOException {
    Files.writeString(password, "secret\n");
    return new Database(
        List.of(new Host("127.0.0.1", servers.first.port())),
        "postbus",
        "postbus",
        Optional.of(password),
        AccountServers.WAIT,
        1,
        AccountServers.KEEP,
        AccountServers.KEEP);
  }
}
