package postbus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Lets one service work at a broker of its own, and looks at the CPU of both. */
final class StageDriver {
  private static final int SESSIONS = 50;
  private static final Duration WORK_WAIT = Duration.ofMinutes(5);

  private final Path folder;
  private final int warmUp;
  private final int mails;
  private final BenchSite site;

  StageDriver(Path folder, int warmUp, int mails) throws IOException {
    this.folder = folder;
    this.site = BenchSite.write(Files.createDirectory(folder.resolve("site")), Ports.free());
    this.warmUp = warmUp;
    this.mails = mails;
  }

  /** Mails a second; milliseconds of CPU for each mail, of the service and of the broker. */
  record Cost(double rate, double service, double broker) {}

  private record Moment(long nanos, Duration service, Duration broker) {
    static Moment now(ServiceProcess service, DeliveryRig rig) {
      return new Moment(System.nanoTime(), service.cpu(), rig.broker().cpu());
    }

    Cost until(Moment end, int mails) {
      return new Cost(
          mails / ((end.nanos - nanos) / 1e9),
          end.service.minus(service).toNanos() / 1e6 / mails,
          end.broker.minus(broker).toNanos() / 1e6 / mails);
    }
  }

  /** {@code smtp-source} brings mails of a trusted host; nobody reads what is accepted. */
  Cost ingress() throws IOException {
    try (DeliveryRig rig = new DeliveryRig();
        ServiceProcess service = service("ingress-smtp", rig)) {
      service.awaitReady();
      int port = site.submission();
      send(port, warmUp);
      Moment from = Moment.now(service, rig);
      send(port, mails);
      return from.until(Moment.now(service, rig), mails);
    }
  }

  private static void send(int port, int count) throws IOException {
    Programs.run(
        WORK_WAIT,
        List.of(
            Programs.needed("smtp-source").toString(),
            "-d",
            "-s" + SESSIONS,
            "-m" + count,
            "-l" + DeliveryRig.CONTENT_OCTETS,
            "-f" + Relay.SENDER,
            "-tuser@" + Relay.DOMAIN,
            "127.0.0.1:" + port));
  }

  /** Accepted mails wait before it starts; nobody delivers them. */
  Cost router() throws IOException {
    try (DeliveryRig rig = new DeliveryRig()) {
      for (int i = 0; i < warmUp + mails; i++) {
        rig.putAccepted();
      }
      rig.flush();
      TopicPartition lane = new TopicPartition(DeliveryRig.SHARED, 0);
      Map<String, Object> settings =
          Map.of("bootstrap.servers", rig.bootstrapServers(), "isolation.level", "read_committed");
      try (ServiceProcess service = service("router-service", rig);
          var reader =
              new KafkaConsumer<>(
                  settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        awaitEnd(reader, lane, warmUp);
        Moment from = Moment.now(service, rig);
        awaitEnd(reader, lane, warmUp + mails);
        return from.until(Moment.now(service, rig), mails);
      }
    }
  }

  /** Each transaction adds a record of its own to the mails: one for up to 500. */
  private static void awaitEnd(KafkaConsumer<?, ?> reader, TopicPartition lane, int count) {
    boolean isThere =
        Waits.until(
            WORK_WAIT,
            () -> {
              List<TopicPartition> all =
                  reader.partitionsFor(lane.topic()).stream()
                      .map(one -> new TopicPartition(one.topic(), one.partition()))
                      .toList();
              return reader.endOffsets(all).values().stream().mapToLong(end -> end).sum() >= count;
            });
    if (!isThere) {
      throw new Unmeasured("not " + count + " mails routed within " + WORK_WAIT);
    }
  }

  /** Routed mails wait before it starts; the destination takes them. */
  Cost delivery() throws IOException {
    try (DeliveryRig rig = new DeliveryRig();
        Deliveries deliveries = new Deliveries(1)) {
      deliveries.put(rig, DeliveryRig.SHARED, warmUp + mails);
      rig.flush();
      try (ServiceProcess service = service("delivery-service", rig)) {
        awaitArrived(deliveries, warmUp, service);
        Moment from = Moment.now(service, rig);
        awaitArrived(deliveries, warmUp + mails, service);
        return from.until(Moment.now(service, rig), mails);
      }
    }
  }

  private static void awaitArrived(Deliveries deliveries, int count, ServiceProcess service) {
    Child destination = deliveries.destination();
    if (!Waits.until(WORK_WAIT, () -> Integer.parseInt(destination.ask("count")) >= count)) {
      throw new Unmeasured(
          "not %,d mails delivered within %s:%n%s".formatted(count, WORK_WAIT, service.said()));
    }
  }

  private ServiceProcess service(String name, DeliveryRig rig) throws IOException {
    Path data = Files.createTempDirectory(folder, name);
    return ServiceProcess.begin(name, site, data, rig.bootstrapServers());
  }
}
