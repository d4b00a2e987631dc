package postbus.router;

import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;
import postbus.mail.EmailAddress;
import postbus.site.Database;
import postbus.site.LiveFiles;
import postbus.site.RoutingRules.Otrs;
import postbus.site.RoutingRules.OtrsSource;
import postbus.site.Site;

/** Knows which addresses are those of OTRS queues. */
interface OtrsAddresses extends AutoCloseable {

  /** What is said of one address. */
  sealed interface Answer {
    record Yes() implements Answer {}

    record No() implements Answer {}

    /** It cannot be told now. @param why in a few words */
    record Unknown(String why) implements Answer {}
  }

  /**
   * Whether a queue has this address. May block for as long as the site lets its OTRS servers take.
   *
   * @throws java.io.UncheckedIOException if a file of addresses was never right
   */
  Answer of(EmailAddress address);

  /** Gives up its connections; whoever asks later hears {@link Answer.Unknown}. */
  @Override
  default void close() {}

  /** What a site names, with event loops of its own if it needs any. */
  static OtrsAddresses at(Site site, LiveFiles files) {
    return at(site, files, OtrsDatabase::alone);
  }

  /** What a site names. @param vertx stays open at {@link #close} */
  static OtrsAddresses at(Site site, LiveFiles files, Vertx vertx) {
    return at(site, files, database -> OtrsDatabase.on(vertx, database));
  }

  private static OtrsAddresses at(
      Site site, LiveFiles files, Function<Database, OtrsAddresses> database) {
    Optional<OtrsSource> source = site.routing().otrs().map(Otrs::source);
    if (source.isEmpty()) {
      return _ -> new Answer.No();
    }
    return switch (source.get()) {
      case Database settings -> database.apply(settings);
      case OtrsSource.File(var path) ->
          address -> files.holds(path, address) ? new Answer.Yes() : new Answer.No();
    };
  }
}
