package postbus.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import postbus.mail.NextHop;

/**
 * A MySQL or MariaDB database that is asked about addresses: OTRS's own, or that of the accounts.
 *
 * @param servers asked in turn
 * @param passwordFile whose first line is the password; empty for a user without one
 * @param answerWait for the answer of one server
 * @param connectionsMax to one server
 * @param keep how long a positive answer is believed
 * @param keepNegative how long a negative answer is believed; zero: not at all
 */
public record Database(
    List<NextHop.Host> servers,
    String name,
    String user,
    Optional<Path> passwordFile,
    Duration answerWait,
    int connectionsMax,
    Duration keep,
    Duration keepNegative)
    implements RoutingRules.OtrsSource {
  public Database {
    servers = List.copyOf(servers);
  }

  /** The same, asked by somebody else. */
  public Database as(String otherUser, Optional<Path> otherPasswordFile) {
    return new Database(
        servers,
        name,
        otherUser,
        otherPasswordFile,
        answerWait,
        connectionsMax,
        keep,
        keepNegative);
  }
}
