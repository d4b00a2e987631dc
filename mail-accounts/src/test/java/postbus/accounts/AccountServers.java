package postbus.accounts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import postbus.mail.NextHop.Host;
import postbus.site.Database;
import postbus.testkit.MariaDbServer;

/** Two real servers with the table of accounts, as the migration makes it. */
final class AccountServers implements AutoCloseable {
  /** For an answer of one server; more than a busy machine takes. */
  static final Duration WAIT = Duration.ofSeconds(2);

  static final Duration KEEP = Duration.ofMillis(300);
  static final int CONNECTIONS_MAX = 4;
  static final String HASH = "{SSHA}Fn7/djhPgkOZmV64QMlmgAyGxUgiOOmc";

  final MariaDbServer first;
  final MariaDbServer second;

  private AccountServers() throws Exception {
    first = MariaDbServer.start();
    second = MariaDbServer.start();
  }

  /** Leaves the test out where there is no MariaDB. */
  static AccountServers start() throws Exception {
    assumeTrue(MariaDbServer.isAvailable(), "no MariaDB on this machine");
    return new AccountServers();
  }

  /** Jane alone has an account, with a quota of 1000 octets. */
  void fill() throws Exception {
    for (MariaDbServer server : List.of(first, second)) {
      List<String> statements =
          new ArrayList<>(List.of("CREATE OR REPLACE DATABASE postbus", "USE postbus"));
      statements.addAll(migration());
      statements.add("CREATE OR REPLACE USER 'postbus'@'127.0.0.1' IDENTIFIED BY 'secret'");
      statements.add("GRANT SELECT ON postbus.* TO 'postbus'@'127.0.0.1'");
      server.execute(statements.toArray(String[]::new));
      add(server, "jane@example.org");
    }
  }

  static void add(MariaDbServer server, String address) throws Exception {
    server.execute(
        "INSERT INTO postbus.accounts (address, password, quota_octets) VALUES ('%s', '%s', 1000)"
            .formatted(address, HASH));
  }

  private static List<String> migration() throws IOException {
    String sql = Files.readString(Path.of("src/main/resources/db/migration/V1__accounts.sql"));
    return Stream.of(sql.replaceAll("(?m)^--.*\n", "").split(";\n"))
        .filter(statement -> !statement.isBlank())
        .toList();
  }

  /** Asks the first server, then the second. */
  AccountDatabase database(Path password) {
    return new AccountDatabase(
        new Database(
            Stream.of(first, second).map(server -> new Host("127.0.0.1", server.port())).toList(),
            "postbus",
            "postbus",
            Optional.of(password),
            WAIT,
            CONNECTIONS_MAX,
            KEEP,
            Duration.ZERO));
  }

  @Override
  public void close() throws IOException {
    first.close();
    second.close();
  }
}
