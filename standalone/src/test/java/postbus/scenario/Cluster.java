package postbus.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import postbus.log.Topics;

/** The broker and the services, each a process of its own, which a test may end and start anew. */
final class Cluster implements AutoCloseable {
  static final String BROKER = "broker";

  private static final int ANSWER_SECONDS = 30;

  private final TestSite site;
  private final Path folder;
  private final Map<String, Service> running = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  private Cluster(TestSite site, Path folder) {
    this.site = site;
    this.folder = folder;
  }

  /**
   * Starts all of them.
   *
   * @param deliverers how many; the lane that they share has two partitions for each
   */
  static Cluster start(TestSite site, Path folder, int deliverers) throws Exception {
    Cluster cluster = new Cluster(site, folder);
    try {
      for (String name :
          List.of(BROKER, "router-service", "policy-service", "imap-bridge", "ingress-smtp")) {
        cluster.ports.put(name, TestSite.freePort(TestSite.THIS_HOST));
      }
      cluster.begin(BROKER).awaitReady();
      // Whoever comes first makes the topics.
      cluster.begin("ingress-smtp").awaitReady();
      if (deliverers > 1) {
        cluster.divideTheSharedLane(deliverers * 2);
      }
      List.of("router-service", "policy-service", "imap-bridge").forEach(cluster::begin);
      for (int i = 0; i < deliverers; i++) {
        cluster.ports.put(deliverer(i), TestSite.freePort(TestSite.THIS_HOST));
        cluster.begin(deliverer(i));
      }
      cluster.running.values().forEach(Service::awaitReady);
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** The name of one of them, from 0. */
  static String deliverer(int number) {
    return "delivery-service/" + number;
  }

  /** Who runs: the broker, and the services by their modules' names. */
  List<String> names() {
    return List.copyOf(running.keySet());
  }

  /** Ends it at once, as a power cut does; what it did lately is not flushed, sent or said. */
  void kill9(String name) throws InterruptedException {
    running.get(name).kill9();
  }

  /** SIGTERM, and waits for its end. */
  void terminate(String name) throws InterruptedException {
    running.get(name).terminate();
  }

  /** Starts one that has ended, and waits until it is ready. */
  void startAgain(String name) throws IOException {
    running.get(name).close();
    begin(name).awaitReady();
  }

  private Service begin(String name) {
    try {
      Service service =
          name.equals(BROKER)
              ? Service.startBroker(folder.resolve("kafka"), ports.get(BROKER))
              : Service.start(name.split("/")[0], settings(name));
      running.put(name, service);
      return service;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Map<String, String> settings(String name) {
    return Map.of(
        "kafka.bootstrap.servers",
        bootstrapServers(),
        "postbus.shape",
        "ONE_MACHINE",
        "postbus.instance",
        name.contains("/") ? name.split("/")[1] : "0",
        "postbus.site",
        site.folder().toString(),
        "postbus.data",
        folder.resolve("data").toString(),
        "quarkus.http.host",
        TestSite.THIS_HOST,
        "quarkus.http.port",
        ports.get(name).toString(),
        "quarkus.management.port",
        "0",
        "postbus.policy.url",
        "http://127.0.0.1:" + ports.get("policy-service"),
        "postbus.router.url",
        "http://127.0.0.1:" + ports.get("router-service"));
  }

  private String bootstrapServers() {
    return "127.0.0.1:" + ports.get(BROKER);
  }

  private void divideTheSharedLane(int partitions)
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin
          .createPartitions(
              Map.of(Topics.sharedLane("normal"), NewPartitions.increaseTo(partitions)))
          .all()
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() throws IOException {
    // The broker last, so that the others end without trying to reach it.
    for (Service service : List.copyOf(running.values()).reversed()) {
      service.close();
    }
  }
}
