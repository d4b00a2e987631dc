package postbus.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import postbus.broker.BrokerStartFailure;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.StageSettings;
import postbus.process.StartRefused;
import postbus.site.InvalidSite;
import postbus.site.Site;
import postbus.site.SiteReader;

/**
 * Starts Postbus on one machine: the broker, and beside it the services, which find it by its
 * address as they would find a cluster, and use it once it has started ({@link BrokerStart}).
 *
 * <p>What keeps it from starting is one clear line (a line for each mistake in the site) and exit
 * status 1.
 */
@QuarkusMain
public final class Main {
  /** Mails in hand, for as long as any process may wait; the services' end, the broker's own. */
  private static final Duration STOP_WAIT = StageSettings.STOP_WAIT_MAX.plusSeconds(20);

  private Main() {}

  /**
   * Settings come as system properties: {@code postbus.site}, {@code postbus.data}, {@code
   * postbus.kafka.port} and {@code quarkus.management.port} (0 for a free one). With {@code
   * postbus.training} it is a {@link Training} in that folder.
   */
  public static void main(String... args) {
    try {
      String training = System.getProperty("postbus.training");
      if (training != null) {
        Training.prepare(Path.of(training));
      }
      start(
          Path.of(System.getProperty("postbus.site", "site")),
          Path.of(System.getProperty("postbus.data", "data")));
    } catch (StartFailure | BrokerStartFailure | InvalidSite e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void start(Path siteFolder, Path data)
      throws StartFailure, BrokerStartFailure, InvalidSite {
    Site site = SiteReader.readHere(siteFolder);
    DataFolder.claim(data);
    Ports.requireFree(
        site,
        new InetSocketAddress(
            System.getProperty("quarkus.management.host", "127.0.0.1"),
            Integer.getInteger("quarkus.management.port", 9080)));
    EmbeddedBroker broker =
        EmbeddedBroker.begin(
            data.resolve("kafka"),
            Integer.getInteger("postbus.kafka.port", 9092),
            BrokerSettings.oneMachine());
    DataFolder.tell(data, broker.bootstrapServers());
    BrokerStart.of(broker);
    System.setProperty("kafka.bootstrap.servers", broker.bootstrapServers());
    CountDownLatch brokerStopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(brokerStopped)));
    Quarkus.run(
        Announcement.class,
        (status, failure) -> {
          if (failure != null) {
            tell(failure);
          }
          broker.close();
          brokerStopped.countDown();
          System.exit(status);
        });
  }

  /** A signal ends the JVM when its hooks have ended: this one waits for the broker, the last. */
  private static void await(CountDownLatch brokerStopped) {
    try {
      var _ = brokerStopped.await(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void tell(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartRefused) {
        System.err.println(cause.getMessage());
        return;
      }
    }
    failure.printStackTrace();
  }
}
