package postbus.scenario;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import postbus.testkit.FreePort;

/**
 * Three brokers, and two of each service, each a process of its own, as they are on machines
 * without a cluster manager; a machine is a loopback address. A test may kill each of them, and
 * start it anew.
 */
final class ThreeNodes implements AutoCloseable {
  private static final int BROKERS = 3;
  private static final int EACH = 2;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
  private static final List<String> SERVICES =
      List.of(
          "ingress-smtp", "router-service", "policy-service", "delivery-service", "imap-bridge");

  private final Path folder;
  private final List<TestSite> sites;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, Service> running = new LinkedHashMap<>();

  private ThreeNodes(Path folder, List<TestSite> sites) {
    this.folder = folder;
    this.sites = sites;
  }

  /**
   * Starts all of them.
   *
   * @param sites the site folder of each of the two machines that have services
   */
  static ThreeNodes start(Path folder, List<TestSite> sites) {
    ThreeNodes nodes = new ThreeNodes(folder, sites);
    try {
      nodes.startAll();
      return nodes;
    } catch (RuntimeException | AssertionError e) {
      nodes.close();
      throw e;
    }
  }

  /** The address of a machine. */
  static String address(int node) {
    return ClusterBroker.address(node);
  }

  static String broker(int node) {
    return "broker/" + node;
  }

  private void startAll() {
    for (int node = 0; node < BROKERS; node++) {
      ports.put(broker(node), FreePort.of(address(node)));
      ports.put("controller/" + node, FreePort.of(address(node)));
    }
    IntStream.range(0, BROKERS).mapToObj(ThreeNodes::broker).forEach(this::begin);
    running.values().forEach(Service::awaitReady);
    for (String service : SERVICES) {
      for (int node = 0; node < EACH; node++) {
        ports.put(service + "/" + node, FreePort.of(address(node)));
      }
    }
    for (String service : SERVICES) {
      IntStream.range(0, EACH).mapToObj(node -> service + "/" + node).forEach(this::begin);
    }
    running.values().forEach(Service::awaitReady);
  }

  /** The broker whose controller leads the others. */
  int leadingController() throws Exception {
    try (Admin admin =
        Admin.create(
            Map.of("bootstrap.servers", bootstrapServers(), "default.api.timeout.ms", 60_000))) {
      return admin
          .describeMetadataQuorum()
          .quorumInfo()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
          .leaderId();
    }
  }

  void kill9(String name) throws InterruptedException {
    running.get(name).kill9();
  }

  /** Starts one that was killed; does not wait for it. */
  void begin(String name) {
    try {
      Service before = running.remove(name);
      if (before != null) {
        before.close();
      }
      int node = Integer.parseInt(name.split("/")[1]);
      running.put(
          name,
          name.startsWith("broker/")
              ? Service.start(
                  name.replace('/', '-'),
                  ClusterBroker.class,
                  folder.resolve("kafka-" + node).toString(),
                  Integer.toString(node),
                  ports("broker/"),
                  ports("controller/"))
              : Service.start(name.split("/")[0], settings(name, node)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitReady(String name) {
    running.get(name).awaitReady();
  }

  private String ports(String prefix) {
    return IntStream.range(0, BROKERS)
        .mapToObj(node -> ports.get(prefix + node).toString())
        .collect(joining(","));
  }

  private Map<String, String> settings(String name, int node) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", bootstrapServers());
    settings.put("postbus.shape", "CLUSTER");
    settings.put("postbus.instance", Integer.toString(node));
    settings.put("postbus.site", sites.get(node).folder().toString());
    settings.put("postbus.data", data().toString());
    settings.put("quarkus.http.host", address(node));
    settings.put("quarkus.http.port", ports.get(name).toString());
    settings.put("quarkus.management.port", "0");
    settings.put("postbus.policy.url", urls("policy-service", node));
    settings.put("postbus.router.url", urls("router-service", node));
    return settings;
  }

  /** The one of the same machine, and then the other. */
  private String urls(String service, int node) {
    return IntStream.of(node, 1 - node)
        .mapToObj(each -> "http://%s:%d".formatted(address(each), ports.get(service + "/" + each)))
        .collect(joining(","));
  }

  /** What the machines share: large contents, and mailboxes. */
  Path data() {
    return folder.resolve("data");
  }

  String bootstrapServers() {
    return IntStream.range(0, BROKERS)
        .mapToObj(node -> address(node) + ":" + ports.get(broker(node)))
        .collect(joining(","));
  }

  @Override
  public void close() {
    try {
      // The brokers last, so that the others end without trying to reach them.
      for (Service service : List.copyOf(running.values()).reversed()) {
        service.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
