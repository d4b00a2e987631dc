package postbus.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import postbus.mail.EmailAddress;
import postbus.mail.NextHop.Host;
import postbus.router.OtrsAddresses.Answer;
import postbus.site.Database;
import postbus.testkit.MariaDbServer;

/** Two MariaDB servers with OTRS's table, and a user with the rights that the HOWTO gives. */
final class OtrsServers implements AutoCloseable {
  /** For one that hangs; less than the time until it is tried again. */
  static final Duration WAIT = Duration.ofSeconds(1);

  /** For one that answers, however busy the machine may be. */
  static final Duration LONG = Duration.ofSeconds(20);

  static final Duration KEEP = Duration.ofSeconds(2);
  static final Answer YES = new Answer.Yes();
  static final Answer NO = new Answer.No();
  private static final int CONNECTIONS_MAX = 4;

  final MariaDbServer first;
  final MariaDbServer second;

  private OtrsServers() throws Exception {
    first = MariaDbServer.start();
    second = MariaDbServer.start();
  }

  /** Leaves the test out where there is no MariaDB. */
  static OtrsServers start() throws Exception {
    assumeTrue(MariaDbServer.isAvailable(), "no MariaDB on this machine");
    return new OtrsServers();
  }

  /** The two queues {@code info@wikimedia.org} and {@code Press@WikiQuote.org}, and no others. */
  void fill() throws Exception {
    for (MariaDbServer server : List.of(first, second)) {
      server.execute(
          "CREATE OR REPLACE DATABASE otrs CHARACTER SET utf8mb3",
          "CREATE TABLE otrs.system_address (id SMALLINT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
              + " value0 VARCHAR(200) NOT NULL, value1 VARCHAR(200) NOT NULL)",
          "CREATE OR REPLACE USER 'exim'@'127.0.0.1' IDENTIFIED BY 'secret'",
          "GRANT SELECT ON otrs.system_address TO 'exim'@'127.0.0.1'");
      add(server, "info@wikimedia.org");
      add(server, "Press@WikiQuote.org");
    }
  }

  static void add(MariaDbServer server, String address) throws Exception {
    server.execute(
        "INSERT INTO otrs.system_address (value0, value1) VALUES ('" + address + "', 'queue')");
  }

  /** Asks the first server, then the second, and waits for each. */
  OtrsDatabase database(Path password, Duration wait, Duration keepNegative) {
    List<Host> hosts =
        Stream.of(first, second).map(server -> new Host("127.0.0.1", server.port())).toList();
    return OtrsDatabase.alone(
        new Database(
            hosts,
            "otrs",
            "exim",
            Optional.of(password),
            wait,
            CONNECTIONS_MAX,
            KEEP,
            keepNegative));
  }

  /** The answers to one question that is asked so many times at once. */
  static List<Answer> askAtOnce(OtrsDatabase database, int times, String address) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> question = () -> database.of(EmailAddress.of(address));
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : threads.invokeAll(Collections.nCopies(times, question))) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  static ConditionFactory soon() {
    return await().atMost(LONG.multipliedBy(3)).pollInterval(Duration.ofMillis(50));
  }

  @Override
  public void close() throws IOException {
    first.close();
    second.close();
  }
}
