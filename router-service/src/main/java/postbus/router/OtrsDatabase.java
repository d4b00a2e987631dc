package postbus.router;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import postbus.mail.EmailAddress;
import postbus.site.Database;

/**
 * Asks OTRS's own MySQL servers, one after the other until one answers, so that a queue works as
 * soon as OTRS has it. An error or silence from all of them is {@link Answer.Unknown}, never a no.
 *
 * <p>What they said is believed for the times that the site sets. It blocks at most the site's wait
 * for each server; for any number of threads, which should be virtual ones.
 */
final class OtrsDatabase implements OtrsAddresses {
  /** Answers that are kept at the same time. */
  static final int KEPT_MAX = 10_000;

  /** Strangers hear it too: which server, and why, is for the log. */
  private static final Answer SILENCE =
      new Answer.Unknown("OTRS does not say at this time whether it has the address");

  private final Database settings;
  private final List<OtrsServer> servers;
  private final Cache<String, Answer> kept;
  private final Runnable afterwards;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OtrsDatabase(Vertx vertx, Database settings, Runnable afterwards) {
    this.settings = settings;
    this.afterwards = afterwards;
    servers =
        settings.servers().stream().map(host -> new OtrsServer(vertx, settings, host)).toList();
    kept =
        Caffeine.newBuilder()
            .maximumSize(KEPT_MAX)
            .expireAfter(Expiry.writing((String _, Answer answer) -> believed(answer)))
            .build();
  }

  /** Uses the event loops of this process. @param vertx stays open at {@link #close} */
  static OtrsDatabase on(Vertx vertx, Database settings) {
    return new OtrsDatabase(vertx, settings, () -> {});
  }

  /** Runs an event loop of its own, for a command that has no others. */
  static OtrsDatabase alone(Database settings) {
    Vertx own =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    return new OtrsDatabase(own, settings, () -> OtrsServer.awaitClosed(own.close()));
  }

  @Override
  public Answer of(EmailAddress address) {
    String key = address.key();
    Answer before = kept.getIfPresent(key);
    if (before != null) {
      return before;
    }
    Answer answer = ask(key);
    if (believed(answer).isPositive()) {
      kept.put(key, answer);
    }
    return answer;
  }

  private Answer ask(String address) {
    if (closed.get()) {
      return SILENCE;
    }
    for (OtrsServer server : servers) {
      Answer answer = server.ask(address);
      if (!(answer instanceof Answer.Unknown)) {
        return answer;
      }
    }
    return SILENCE;
  }

  private Duration believed(Answer answer) {
    return switch (answer) {
      case Answer.Yes() -> settings.keep();
      case Answer.No() -> settings.keepNegative();
      case Answer.Unknown _ -> Duration.ZERO;
    };
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      servers.forEach(OtrsServer::close);
      afterwards.run();
    }
  }
}
