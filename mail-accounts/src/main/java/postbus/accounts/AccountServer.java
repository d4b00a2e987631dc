package postbus.accounts;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.vertx.sqlclient.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.hibernate.reactive.stage.Stage.SessionFactory;
import org.hibernate.reactive.stage.Stage.StatelessSession;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import postbus.mail.NextHop.Host;
import postbus.site.Database;

/**
 * One MySQL server of the accounts. An answer comes within the site's wait, or none does; a server
 * that failed several times in a row is left alone for a while, so that not every look-up waits for
 * it. What is wrong is logged once, not for every mail.
 */
final class AccountServer {
  /** Failures in a row after which the server is left alone. */
  static final int FAILURES_MAX = 3;

  /** How often one look-up may try a server that is left alone. */
  static final Duration PROBE_EVERY = Duration.ofSeconds(2);

  /** The same complaint is repeated so often. */
  private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(1);

  /** MySQL's numbers for a table or a column that is not there. */
  private static final List<Integer> NOT_MIGRATED = List.of(1146, 1054);

  /** "Illegal mix of collations": the column cannot hold such an address, so there is none. */
  private static final int CANNOT_BE_COMPARED = 1267;

  private static final Logger LOG = Logger.getLogger(AccountServer.class);

  private final SessionFactory sessions;
  private final Host host;
  private final Duration wait;
  private final Semaphore connections;

  // Only with the lock.
  private int failures;
  private long triedAt;
  private String complaint = "";
  private long complainedAt;

  AccountServer(SessionFactory sessions, Database settings, Host host) {
    this.sessions = sessions;
    this.host = host;
    wait = settings.answerWait();
    connections = new Semaphore(settings.connectionsMax());
  }

  /** Blocks at most the site's wait. @param key of an address */
  AccountAnswer find(String key) {
    if (!mayTry()) {
      return new AccountAnswer.Away(host + " is left alone for a while");
    }
    try {
      AccountRow row = ask(session -> session.get(AccountRow.class, key));
      answered();
      return row == null ? new AccountAnswer.Unknown() : new AccountAnswer.Found(row.account());
    } catch (TimeoutException _) {
      return failed("no answer within " + wait.toMillis() + " ms");
    } catch (ExecutionException e) {
      return refused(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new AccountAnswer.Away("interrupted");
    }
  }

  private <T> @Nullable T ask(Function<StatelessSession, CompletionStage<@Nullable T>> work)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + wait.toNanos();
    if (!connections.tryAcquire(wait.toNanos(), NANOSECONDS)) {
      throw new TimeoutException("all connections are busy");
    }
    // A look-up that is given up still has its connection, until that is closed for its silence.
    return sessions
        .withStatelessSession(host.toString(), work)
        .whenComplete((_, _) -> connections.release())
        .toCompletableFuture()
        .get(end - System.nanoTime(), NANOSECONDS);
  }

  private AccountAnswer refused(ExecutionException e) {
    if (code(e) == CANNOT_BE_COMPARED) {
      answered();
      return new AccountAnswer.Unknown();
    }
    return failed(why(e));
  }

  /** In a few words, with what is to be done about it. */
  static String why(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage()
        + (NOT_MIGRATED.contains(code(failure))
            ? "; ./postbus account migrate makes the table"
            : "");
  }

  /** MySQL's number for a failure; 0 if it is none of MySQL's. */
  private static int code(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof DatabaseException said) {
        return said.getErrorCode();
      }
      if (each instanceof SQLException said) {
        return said.getErrorCode();
      }
    }
    return 0;
  }

  private synchronized boolean mayTry() {
    long now = System.nanoTime();
    if (failures >= FAILURES_MAX && now - triedAt < PROBE_EVERY.toNanos()) {
      return false;
    }
    triedAt = now;
    return true;
  }

  private synchronized void answered() {
    if (failures >= FAILURES_MAX) {
      LOG.infof("The server of accounts %s answers again", host);
    }
    failures = 0;
    complaint = "";
  }

  private synchronized AccountAnswer failed(String why) {
    failures++;
    long now = System.nanoTime();
    triedAt = now;
    if (!why.equals(complaint) || now - complainedAt >= COMPLAIN_EVERY.toNanos()) {
      LOG.errorf(
          "The server of accounts %s fails: %s; mail waits where no other one answers", host, why);
      complaint = why;
      complainedAt = now;
    }
    return new AccountAnswer.Away(host + ": " + why);
  }
}
