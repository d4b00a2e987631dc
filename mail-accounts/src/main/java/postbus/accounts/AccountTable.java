package postbus.accounts;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.reactive.stage.Stage.StatelessSession;
import org.hibernate.reactive.util.impl.CompletionStages;
import org.jboss.logging.Logger;
import postbus.mail.EmailAddress;
import postbus.site.Database;

/** The table of accounts, changed on the first server that the site names. */
final class AccountTable implements AccountBook {
  private static final Logger LOG = Logger.getLogger(AccountTable.class);

  /** For one change. */
  static final Duration WAIT = Duration.ofSeconds(20);

  private final AccountPools.Opened opened;
  private final String server;

  AccountTable(Database settings) {
    opened = AccountPools.open(settings);
    server = settings.servers().getFirst().toString();
  }

  @Override
  public List<Account> list() throws IOException {
    List<AccountRow> rows =
        in(session ->
            session
                .createSelectionQuery("from Account order by address", AccountRow.class)
                .getResultList());
    return rows.stream().filter(AccountTable::isAccount).map(AccountRow::account).toList();
  }

  /** Others may write into the table, too. */
  private static boolean isAccount(AccountRow row) {
    boolean isOne = row.isAccount();
    if (!isOne) {
      LOG.warnf("the table of accounts has a row that is no address: %s", row);
    }
    return isOne;
  }

  @Override
  public boolean has(EmailAddress address) throws IOException {
    return with(address, (_, _) -> CompletionStages.voidFuture());
  }

  @Override
  public boolean add(EmailAddress address, String hash, OptionalLong quotaOctets)
      throws IOException {
    AccountRow row = new AccountRow(address, hash, quotaOctets);
    return in(session ->
        find(session, address)
            .thenCompose(there ->
                there.isPresent()
                    ? CompletionStages.completedFuture(false)
                    : session.insert(row).thenApply(_ -> true)));
  }

  @Override
  public boolean password(EmailAddress address, String hash) throws IOException {
    return change(address, row -> row.password(hash));
  }

  @Override
  public boolean quota(EmailAddress address, OptionalLong octets) throws IOException {
    return change(address, row -> row.quota(octets));
  }

  @Override
  public boolean logIn(EmailAddress address, boolean may) throws IOException {
    return change(address, row -> row.mayLogIn(may));
  }

  @Override
  public boolean remove(EmailAddress address) throws IOException {
    return with(address, (session, row) -> session.delete(row));
  }

  private boolean change(EmailAddress address, Consumer<AccountRow> to) throws IOException {
    return with(
        address,
        (session, row) -> {
          to.accept(row);
          return session.update(row);
        });
  }

  /** What is done with the row of an account. */
  private interface Work {
    CompletionStage<Void> on(StatelessSession session, AccountRow row);
  }

  private boolean with(EmailAddress address, Work work) throws IOException {
    return in(session ->
        find(session, address)
            .thenCompose(row ->
                row.isEmpty()
                    ? CompletionStages.completedFuture(false)
                    : work.on(session, row.get()).thenApply(_ -> true)));
  }

  private static CompletionStage<Optional<AccountRow>> find(
      StatelessSession session, EmailAddress address) {
    return session.get(AccountRow.class, address.key()).thenApply(Optional::ofNullable);
  }

  private <T> T in(Function<StatelessSession, CompletionStage<T>> work) throws IOException {
    try {
      return opened
          .sessions()
          .withStatelessSession(
              server, session -> session.withTransaction(_ -> work.apply(session)))
          .toCompletableFuture()
          .get(WAIT.toMillis(), MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(server + " did not answer within " + WAIT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      String why = AccountServer.why(Objects.requireNonNullElse(e.getCause(), e));
      throw new IOException("the server of accounts " + server + " fails: " + why, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    opened.close();
  }
}
