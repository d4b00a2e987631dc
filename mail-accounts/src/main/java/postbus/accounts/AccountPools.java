package postbus.accounts;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistry;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.jdbc.spi.JdbcServices;
import org.hibernate.engine.jdbc.spi.SqlExceptionHelper;
import org.hibernate.engine.jdbc.spi.SqlStatementLogger;
import org.hibernate.reactive.pool.ReactiveConnectionPool;
import org.hibernate.reactive.pool.impl.SqlClientPool;
import org.hibernate.reactive.provider.ReactiveServiceRegistryBuilder;
import org.hibernate.reactive.stage.Stage;
import org.hibernate.reactive.vertx.VertxInstance;
import org.jspecify.annotations.Nullable;
import postbus.mail.NextHop.Host;
import postbus.site.Database;

/**
 * Hibernate Reactive on the servers of a site, started by hand: it costs nothing where no site asks
 * for it. One session factory serves all servers, each of which has a pool of its own and is, in
 * Hibernate's words, a tenant. The password is read anew for each connection.
 */
final class AccountPools extends SqlClientPool implements AutoCloseable {
  /** A connection that nobody needs is closed, before something on its way forgets it. */
  private static final Duration IDLE_MAX = Duration.ofSeconds(10);

  /** A connection that says nothing for so long is dead: it hangs, or its server is gone. */
  private static final Duration SILENCE_MAX = IDLE_MAX.plusSeconds(5);

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Database settings;
  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private @Nullable JdbcServices jdbc;

  private AccountPools(Vertx vertx, Database settings) {
    this.vertx = vertx;
    this.settings = settings;
    settings.servers().forEach(host -> pools.put(host.toString(), pool(host)));
  }

  /** Opens no connection yet; it takes a second or two. */
  static Opened open(Database settings) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    AccountPools pools = new AccountPools(vertx, settings);
    StandardServiceRegistry registry =
        new ReactiveServiceRegistryBuilder()
            .applySetting(AvailableSettings.DIALECT, "org.hibernate.dialect.MySQLDialect")
            .applySetting("hibernate.boot.allow_jdbc_metadata_access", false)
            .applySetting("hibernate.bytecode.provider", "none")
            .addService(VertxInstance.class, () -> vertx)
            .addService(ReactiveConnectionPool.class, pools)
            .build();
    pools.jdbc = registry.requireService(JdbcServices.class);
    return new Opened(
        pools,
        new MetadataSources(registry)
            .addAnnotatedClass(AccountRow.class)
            .buildMetadata()
            .buildSessionFactory()
            .unwrap(Stage.SessionFactory.class));
  }

  /** Pools, and the sessions that use them; a session is opened for a server, by its name. */
  record Opened(AccountPools pools, Stage.SessionFactory sessions) implements AutoCloseable {
    @Override
    public void close() {
      sessions.close();
      pools.close();
    }
  }

  private Pool pool(Host host) {
    return MySQLBuilder.pool()
        .using(vertx)
        .with(
            new PoolOptions()
                .setMaxSize(settings.connectionsMax())
                .setMaxWaitQueueSize(settings.connectionsMax())
                .setIdleTimeout((int) IDLE_MAX.toMillis())
                .setIdleTimeoutUnit(MILLISECONDS))
        .connectingTo(() -> password().map(password -> options(host, password)))
        .build();
  }

  private SqlConnectOptions options(Host host, String password) {
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

  @Override
  protected Pool getPool() {
    return pools.values().iterator().next();
  }

  @Override
  protected Pool getTenantPool(String server) {
    return Objects.requireNonNull(pools.get(server), server);
  }

  @Override
  protected SqlStatementLogger getSqlStatementLogger() {
    return Objects.requireNonNull(jdbc).getSqlStatementLogger();
  }

  @Override
  public SqlExceptionHelper getSqlExceptionHelper() {
    return Objects.requireNonNull(jdbc).getSqlExceptionHelper();
  }

  @Override
  public CompletionStage<Void> getCloseFuture() {
    return CompletableFuture.completedFuture(null);
  }

  /** What does not close in time ends with the process. */
  @Override
  public void close() {
    try {
      Future.join(List.copyOf(pools.values()).stream().map(Pool::close).toList())
          .transform(_ -> vertx.close())
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_WAIT.toMillis(), MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // Nobody waits for them.
    }
  }
}
