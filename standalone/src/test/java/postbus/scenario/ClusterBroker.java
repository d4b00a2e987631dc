package postbus.scenario;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings.Shape;

/** One broker of a cluster, and one voter for its controller; ends with the test's process. */
final class ClusterBroker {
  private static final String CLUSTER_ID = "UG9zdGJ1cyBuZWVkcyAzIQ";

  private ClusterBroker() {}

  /**
   * Arguments: its folder, its number, the port of each broker's clients, and controllers' ones.
   */
  public static void main(String... arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int node = Integer.parseInt(arguments[1]);
    Properties properties =
        properties(folder, node, arguments[2].split(","), arguments[3].split(","));
    if (!Files.exists(folder.resolve("meta.properties"))) {
      format(folder, node);
    }
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
    System.out.println("ready: " + node);
    // Nothing is ever written to it: it ends when the process at its other end does.
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }

  /** The address of a machine: each has its own. */
  static String address(int node) {
    return "127.0.0." + (11 + node);
  }

  private static Properties properties(
      Path folder, int node, String[] clients, String[] controllers) {
    Properties of = new Properties();
    BrokerSettings.of(Shape.CLUSTER).forEach(each -> of.put(each.name(), each.value()));
    of.put("node.id", Integer.toString(node));
    of.put("process.roles", "broker,controller");
    of.put("log.dirs", folder.toString());
    String client = "CLIENTS://" + address(node) + ":" + clients[node];
    of.put("listeners", client + ",CONTROLLER://" + address(node) + ":" + controllers[node]);
    of.put("advertised.listeners", client);
    of.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    of.put("inter.broker.listener.name", "CLIENTS");
    of.put("controller.listener.names", "CONTROLLER");
    StringBuilder voters = new StringBuilder();
    for (int i = 0; i < controllers.length; i++) {
      voters.append(i == 0 ? "" : ",").append(i + "@" + address(i) + ":" + controllers[i]);
    }
    of.put("controller.quorum.voters", voters.toString());
    small(of);
    return of;
  }

  /** Many of them on one small machine. */
  private static void small(Properties of) {
    of.put("offsets.topic.num.partitions", "3");
    of.put("transaction.state.log.num.partitions", "3");
    of.put("group.initial.rebalance.delay.ms", "0");
    of.put("log.index.size.max.bytes", Integer.toString(1 << 16));
    of.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    of.put("add.partitions.to.txn.retry.backoff.ms", "1");
    of.put("num.network.threads", "2");
    of.put("num.io.threads", "4");
    of.put("background.threads", "2");
  }

  private static void format(Path folder, int node) throws Exception {
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(node)
        .setClusterId(CLUSTER_ID)
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setControllerListenerName("CONTROLLER")
        .setDirectories(List.of(Files.createDirectories(folder).toString()))
        .setMetadataLogDirectory(folder.toString())
        .run();
  }
}
