package postbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import postbus.mail.NextHop.Host;
import postbus.site.Database;

/**
 * Makes the table of accounts, or brings it up to date, with the scripts of {@code db/migration}:
 * each in its turn and once. Only the command line does it; no service changes a table.
 */
final class Migration {
  private static final int CONNECT_WAIT_MS = 10_000;
  private static final int STATEMENT_WAIT_MS = 600_000;

  private Migration() {}

  /** What was done, in one line. */
  static String run(Database database) throws IOException {
    Host server = database.servers().getFirst();
    String url =
        "jdbc:mariadb://%s/%s?connectTimeout=%d&socketTimeout=%d"
            .formatted(server, database.name(), CONNECT_WAIT_MS, STATEMENT_WAIT_MS);
    String password =
        database.passwordFile().isEmpty()
            ? ""
            : Files.readAllLines(database.passwordFile().get()).stream().findFirst().orElse("");
    try {
      MigrateResult result =
          Flyway.configure()
              .dataSource(url, database.user(), password)
              .locations("classpath:db/migration")
              .load()
              .migrate();
      return result.migrationsExecuted == 0
          ? "the table of accounts on " + server + " is up to date"
          : "the table of accounts on %s is now of version %s"
              .formatted(server, result.targetSchemaVersion);
    } catch (FlywayException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new IOException(server + " is not migrated: " + root.getMessage(), e);
    }
  }
}
