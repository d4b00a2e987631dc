package postbus.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM: KRaft, broker and controller in one, on loopback only.
 *
 * <p>It keeps its data in one folder, which it formats on first use, and serves the same cluster
 * there after any stop, kill or power cut. What was acknowledged is as durable as the settings say;
 * on a failing disk it halts the process, as every Kafka broker does.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final String CONTROLLER = "CONTROLLER";
  private static final String CLIENTS = "CLIENTS";
  private static final int NODE = 1;
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_MAX = Duration.ofSeconds(8);

  private final CompletableFuture<KafkaRaftServer> server = new CompletableFuture<>();
  private final FolderLock lock;
  private final String bootstrapServers;

  private EmbeddedBroker(FolderLock lock, String bootstrapServers) {
    this.lock = lock;
    this.bootstrapServers = bootstrapServers;
  }

  /** As {@link #begin}, and returns when clients can use it. */
  public static EmbeddedBroker start(Path folder, int port, Map<String, String> settings) {
    EmbeddedBroker broker = begin(folder, port, settings);
    try {
      broker.await();
      return broker;
    } catch (BrokerStartFailure failure) {
      broker.close();
      throw failure;
    }
  }

  /**
   * Makes folder and port a broker's own, and starts it on a thread of its own; {@link #await} says
   * when clients can use it.
   *
   * @param folder where its data lies; made if it is not there
   * @param port of 127.0.0.1 for the clients; 0 for a free one
   * @param settings as in a {@code server.properties}; they win over the broker's own
   * @throws BrokerStartFailure if the folder or the port is in use, or the folder cannot be written
   */
  public static EmbeddedBroker begin(Path folder, int port, Map<String, String> settings) {
    FolderLock lock = FolderLock.of(folder);
    try {
      int clients = LoopbackPort.free(port);
      // Beside the clients', where that is a known one, so that a firewall can name both.
      int controller = port == 0 ? LoopbackPort.free(0) : LoopbackPort.freePreferably(clients + 1);
      Properties properties = properties(folder, clients, controller);
      properties.putAll(settings);
      format(folder);
      var broker = new EmbeddedBroker(lock, LoopbackPort.HOST + ":" + clients);
      Thread.ofPlatform().daemon().name("broker-start").start(() -> broker.run(properties));
      return broker;
    } catch (RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /**
   * Returns when clients can use it.
   *
   * @throws BrokerStartFailure if Kafka itself refuses to start
   */
  public void await() {
    try {
      server.join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof BrokerStartFailure known
          ? known
          : new BrokerStartFailure("Kafka did not start: " + reason(failure), failure);
    }
  }

  /** As Kafka's clients take it; known before they can use it. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  private static Properties properties(Path folder, int clients, int controller) {
    String host = LoopbackPort.HOST;
    Properties of = new Properties();
    of.put("node.id", Integer.toString(NODE));
    of.put("process.roles", "broker,controller");
    of.put("log.dirs", folder.toString());
    of.put(
        "listeners",
        "%s://%s:%d,%s://%s:%d".formatted(CLIENTS, host, clients, CONTROLLER, host, controller));
    of.put("advertised.listeners", "%s://%s:%d".formatted(CLIENTS, host, clients));
    of.put("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    of.put("inter.broker.listener.name", CLIENTS);
    of.put("controller.listener.names", CONTROLLER);
    // A static quorum: its voters are read from here at each start and are nowhere in the folder,
    // so that each start may choose another port for the controller.
    of.put("controller.quorum.voters", NODE + "@" + host + ":" + controller);
    of.put("offsets.topic.replication.factor", "1");
    of.put("transaction.state.log.replication.factor", "1");
    of.put("transaction.state.log.min.isr", "1");
    of.put("share.coordinator.state.topic.replication.factor", "1");
    of.put("share.coordinator.state.topic.min.isr", "1");
    of.put("auto.create.topics.enable", "false");
    // After a kill the broker waits until the session of its former self has ended.
    of.put("broker.session.timeout.ms", "2000");
    of.put("broker.heartbeat.interval.ms", "250");
    of.put("server.max.startup.time.ms", Long.toString(START_MAX.toMillis()));
    return of;
  }

  private static void format(Path folder) {
    String directory = folder.toString();
    try {
      boolean formatted =
          !new MetaPropertiesEnsemble.Loader()
              .addLogDirs(List.of(directory))
              .load()
              .logDirProps()
              .isEmpty();
      if (formatted) {
        return;
      }
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName(CONTROLLER)
          .setDirectories(List.of(directory))
          .setMetadataLogDirectory(directory)
          .run();
    } catch (Exception failure) {
      throw new BrokerStartFailure("cannot format " + folder + ": " + reason(failure), failure);
    }
  }

  private void run(Properties properties) {
    try {
      server.complete(started(properties));
    } catch (RuntimeException | Error failure) {
      server.completeExceptionally(failure);
    }
  }

  private static KafkaRaftServer started(Properties properties) {
    KafkaRaftServer starting;
    try {
      starting = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    } catch (RuntimeException refused) {
      throw new BrokerStartFailure("Kafka refuses its settings: " + reason(refused), refused);
    }
    try {
      starting.startup();
      return starting;
    } catch (RuntimeException failure) {
      stop(starting);
      throw new BrokerStartFailure("Kafka did not start: " + reason(failure), failure);
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null ? root.getClass().getSimpleName() : text.lines().findFirst().orElse(text);
  }

  /**
   * Stops the broker in good order, so that the next start finds nothing to recover. Returns within
   * {@link #STOP_MAX} also if Kafka does not come to an end; no acknowledged record depends on it.
   * One that is still starting ends when it has started.
   */
  @Override
  public void close() {
    end(() -> server.thenAccept(KafkaRaftServer::shutdown).exceptionally(_ -> null).join());
    lock.close();
  }

  private static void stop(KafkaRaftServer server) {
    end(server::shutdown);
  }

  private static void end(Runnable shutdown) {
    Thread stopping = Thread.ofPlatform().daemon().name("broker-stop").start(shutdown);
    try {
      if (!stopping.join(STOP_MAX)) {
        LOG.warn("The broker did not stop within {}; it is left behind.", STOP_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
