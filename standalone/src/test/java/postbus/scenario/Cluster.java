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
import postbus.testkit.FreePort;

/**
 * The broker and the services, each a process of its own, which a test may end and start anew, and
 * each service behind a {@link KafkaProxy} if the test wants to know what it says to the broker.
 */
final class Cluster implements AutoCloseable {
  static final String BROKER = "broker";

  private static final int ANSWER_SECONDS = 30;

  private final TestSite site;
  private final Path folder;
  private final boolean behindProxies;
  private final Map<String, Service> running = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, KafkaProxy> proxies = new LinkedHashMap<>();

  private Cluster(TestSite site, Path folder, boolean behindProxies) {
    this.site = site;
    this.folder = folder;
    this.behindProxies = behindProxies;
  }

  /**
   * Starts all of them.
   *
   * @param deliverers how many; the lane that they share has two partitions for each
   */
  static Cluster start(TestSite site, Path folder, int deliverers) throws Exception {
    return new Cluster(site, folder, false).start(deliverers);
  }

  /** The same, with one deliverer, and a proxy between each service and the broker. */
  static Cluster startBehindProxies(TestSite site, Path folder) throws Exception {
    return new Cluster(site, folder, true).start(1);
  }

  private Cluster start(int deliverers) throws Exception {
    try {
      for (String name :
          List.of(BROKER, "router-service", "policy-service", "imap-bridge", "ingress-smtp")) {
        ports.put(name, FreePort.here());
      }
      begin(BROKER).awaitReady();
      // Whoever comes first makes the topics.
      begin("ingress-smtp").awaitReady();
      if (deliverers > 1) {
        divideTheSharedLane(deliverers * 2);
      }
      List.of("router-service", "policy-service", "imap-bridge").forEach(this::begin);
      for (int i = 0; i < deliverers; i++) {
        ports.put(deliverer(i), FreePort.here());
        begin(deliverer(i));
      }
      running.values().forEach(Service::awaitReady);
      return this;
    } catch (Exception | AssertionError e) {
      close();
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

  /** What stands between this service and the broker. */
  KafkaProxy proxy(String name) {
    return proxies.get(name);
  }

  /** No proxy acts any more at what it was told to wait for. */
  void forget() {
    proxies.values().forEach(KafkaProxy::forget);
  }

  /** Ends it at once, as a power cut does; what it did lately is not flushed, sent or said. */
  void kill9(String name) throws InterruptedException {
    running.get(name).kill9();
  }

  /** SIGTERM, and waits for its end. */
  void terminate(String name) throws InterruptedException {
    running.get(name).terminate();
  }

  /** From now on it is there, and says nothing. */
  void freeze(String name) throws IOException, InterruptedException {
    running.get(name).freeze();
  }

  void thaw(String name) throws IOException, InterruptedException {
    running.get(name).thaw();
  }

  /** Starts one that has ended, and waits until it is ready. */
  void startAgain(String name) throws IOException {
    running.get(name).close();
    begin(name).awaitReady();
  }

  private Service begin(String name) {
    try {
      if (behindProxies && !name.equals(BROKER) && !proxies.containsKey(name)) {
        proxies.put(name, KafkaProxy.to(ports.get(BROKER)));
      }
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
        behindProxy(name),
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

  private String behindProxy(String name) {
    return proxies.containsKey(name) ? proxy(name).bootstrapServers() : bootstrapServers();
  }

  /** Of the broker itself. */
  String bootstrapServers() {
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
    for (KafkaProxy proxy : proxies.values()) {
      proxy.close();
    }
  }
}
