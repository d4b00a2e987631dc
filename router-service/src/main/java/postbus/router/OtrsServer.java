package postbus.router;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import postbus.log.Breaker;
import postbus.mail.NextHop.Host;
import postbus.router.OtrsAddresses.Answer;
import postbus.site.Database;

/**
 * One MySQL server of OTRS. An answer comes within the site's wait, or none does; a server that
 * failed several times in a row is left alone for a while, so that not every look-up waits for it.
 *
 * <p>It holds at most the site's number of connections, and nobody queues for them beyond the wait.
 * The password is read anew for each connection. What is wrong is logged once, not for every mail.
 */
final class OtrsServer implements AutoCloseable {
  /** The seed's query. The database's collation decides about case. */
  static final String QUERY = "SELECT value0 FROM system_address WHERE value0 = ?";

  /** Failures in a row after which the server is left alone. */
  static final int FAILURES_MAX = 3;

  /** How often one look-up may try a server that is left alone. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(2);

  /** A connection that nobody needs is closed, before something on its way forgets it. */
  private static final Duration IDLE_MAX = Duration.ofSeconds(10);

  /** A connection that says nothing for so long is dead: it hangs, or its server is gone. */
  private static final Duration SILENCE_MAX = IDLE_MAX.plusSeconds(5);

  /** The same complaint is repeated so often. */
  private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(1);

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  /** "Illegal mix of collations": the column cannot hold such an address, so there is none. */
  private static final int CANNOT_BE_COMPARED = 1267;

  private static final Logger LOG = Logger.getLogger(OtrsServer.class);

  private final Vertx vertx;
  private final Database settings;
  private final Host host;
  private final Pool pool;
  private final Semaphore connections;
  private final Breaker breaker = new Breaker(FAILURES_MAX, PROBE_EVERY, System::nanoTime);

  private final Timer answered;
  private final Timer unanswered;

  // Only with the lock.
  private String complaint = "";
  private long complainedAt;

  OtrsServer(Vertx vertx, Database settings, Host host) {
    this.vertx = vertx;
    this.settings = settings;
    this.host = host;
    answered = timer("yes");
    unanswered = timer("no");
    connections = new Semaphore(settings.connectionsMax());
    pool =
        MySQLBuilder.pool()
            .using(vertx)
            .with(
                new PoolOptions()
                    .setMaxSize(settings.connectionsMax())
                    .setMaxWaitQueueSize(settings.connectionsMax())
                    .setIdleTimeout((int) IDLE_MAX.toMillis())
                    .setIdleTimeoutUnit(MILLISECONDS))
            .connectingTo(this::options)
            .build();
  }

  private Timer timer(String answered) {
    return Timer.builder("postbus.router.otrs")
        .tag("server", host.toString())
        .tag("answered", answered)
        .serviceLevelObjectives(settings.answerWait())
        .register(Metrics.globalRegistry);
  }

  /** Blocks at most the site's wait. @param address in lower case */
  Answer ask(String address) {
    if (!breaker.allows()) {
      return new Answer.Unknown(host + " is left alone for a while");
    }
    long begin = System.nanoTime();
    Answer answer = answer(address);
    Timer timer = answer instanceof Answer.Unknown ? unanswered : answered;
    timer.record(System.nanoTime() - begin, NANOSECONDS);
    return answer;
  }

  private Answer answer(String address) {
    try {
      boolean found = query(address);
      answered();
      return found ? new Answer.Yes() : new Answer.No();
    } catch (TimeoutException _) {
      return failed("no answer within " + settings.answerWait().toMillis() + " ms");
    } catch (ExecutionException e) {
      return refused(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer.Unknown("interrupted");
    }
  }

  private Answer refused(Throwable why) {
    if (why instanceof MySQLException said && said.getErrorCode() == CANNOT_BE_COMPARED) {
      answered();
      return new Answer.No();
    }
    return failed(String.valueOf(why.getMessage()));
  }

  private boolean query(String address)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + settings.answerWait().toNanos();
    if (!connections.tryAcquire(settings.answerWait().toNanos(), NANOSECONDS)) {
      throw new TimeoutException("all connections are busy");
    }
    // A look-up that is given up still has its connection, until that is closed for its silence.
    Future<RowSet<Row>> rows =
        pool.preparedQuery(QUERY).execute(Tuple.of(address)).onComplete(_ -> connections.release());
    return rows.toCompletionStage()
        .toCompletableFuture()
        .get(end - System.nanoTime(), NANOSECONDS)
        .iterator()
        .hasNext();
  }

  private Future<SqlConnectOptions> options() {
    return password().map(this::options);
  }

  private SqlConnectOptions options(String password) {
    MySQLConnectOptions options =
        new MySQLConnectOptions()
            .setHost(host.name())
            .setPort(host.port())
            .setDatabase(settings.name())
            .setUser(settings.user())
            .setPassword(password)
            .setCachePreparedStatements(true)
            .setConnectTimeout((int) settings.answerWait().toMillis())
            .setIdleTimeoutUnit(MILLISECONDS);
    options.setReadIdleTimeout((int) SILENCE_MAX.plus(settings.answerWait()).toMillis());
    return options;
  }

  private Future<String> password() {
    return settings
        .passwordFile()
        .map(file ->
            vertx
                .fileSystem()
                .readFile(file.toString())
                .map(text -> text.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("")))
        .orElseGet(() -> Future.succeededFuture(""));
  }

  private void answered() {
    if (breaker.answered()) {
      forgetComplaint();
      LOG.infof("The OTRS server %s answers again", host);
    }
  }

  private Answer.Unknown failed(String why) {
    breaker.failed();
    complain(why);
    return new Answer.Unknown(host + ": " + why);
  }

  private synchronized void forgetComplaint() {
    complaint = "";
  }

  private synchronized void complain(String why) {
    long now = System.nanoTime();
    if (!why.equals(complaint) || now - complainedAt >= COMPLAIN_EVERY.toNanos()) {
      LOG.errorf("The OTRS server %s fails: %s; mail waits where no other one answers", host, why);
      complaint = why;
      complainedAt = now;
    }
  }

  @Override
  public void close() {
    awaitClosed(pool.close());
  }

  /** What does not close in time ends with the process. */
  static void awaitClosed(Future<Void> closing) {
    try {
      closing.toCompletionStage().toCompletableFuture().get(CLOSE_WAIT.toMillis(), MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debugf(e, "a connection to OTRS does not close");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
