package postbus.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;
import static postbus.site.Site.Tls.NEVER;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.broker.EmbeddedBroker;
import postbus.dns.MailExchangers;
import postbus.dns.SiteNames;
import postbus.log.BrokerSettings;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.SlotBook;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.TopicSpec;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.Event;
import postbus.mail.EventJson;
import postbus.mail.MailId;
import postbus.mail.MalformedRecord;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** A real broker with the lanes of two pools, and deliverers that drain them. */
final class LaneRig implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(60);
  private static final byte[] CONTENT = "Subject: hello\r\n\r\nhello\r\n".getBytes(UTF_8);
  private static final MailExchangers NO_DNS = _ -> new MailExchangers.Later("no DNS here");

  private final Path folder;
  private final Site site;
  private final ContentStore store;
  private final EmbeddedBroker broker;
  private final TopicReader reader;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<DeliveryStage> stages = new ArrayList<>();

  LaneRig(Path folder, DeliveryLimits limits, Schedule schedule) throws IOException {
    this(folder, limits, schedule, 1);
  }

  /**
   * @param partitions of the lanes that sites have of their own
   */
  LaneRig(Path folder, DeliveryLimits limits, Schedule schedule, int partitions)
      throws IOException {
    this.folder = folder;
    this.site = site(folder, limits, schedule);
    store = new ContentFolder(folder.resolve("content"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, BrokerSettings.oneMachine());
    int slots = limits.lending().slots();
    List<TopicCatalogue.Pool> pools =
        site.pools().keySet().stream()
            .map(name -> new TopicCatalogue.Pool(name, schedule.delays(), slots, limits.ownLanes()))
            .toList();
    Set<String> own =
        limits.ownLanes().stream().map(each -> Topics.ownLane("normal", each)).collect(toSet());
    List<TopicSpec> topics =
        TopicCatalogue.of(log("0").shape(), pools, schedule.delays()).stream()
            .map(spec -> own.contains(spec.name()) ? divided(spec, partitions) : spec)
            .toList();
    try (TopicCheck check =
        new TopicCheck(broker.bootstrapServers(), log("0").shape(), Duration.ofSeconds(20))) {
      check.createMissing(topics);
    }
    reader = new TopicReader(broker.bootstrapServers());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  private static TopicSpec divided(TopicSpec spec, int partitions) {
    return new TopicSpec(spec.name(), partitions, spec.replication(), spec.settings());
  }

  private static Site site(Path folder, DeliveryLimits limits, Schedule schedule) {
    return new Site(
        folder,
        "mx.example.org",
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of("normal", pool("normal", "127.0.0.1"), "bulk", pool("bulk", "127.0.0.2")),
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT,
        SessionLimits.DEFAULT,
        limits,
        schedule);
  }

  private static Site.Pool pool(String name, String source) {
    return new Site.Pool(name, InetAddress.ofLiteral(source), name + ".example.org", NEVER);
  }

  LogSettings log(String instance) {
    return new LogSettings(broker.bootstrapServers(), instance, LogSettings.Shape.ONE_MACHINE);
  }

  ContentStore store() {
    return store;
  }

  /** A deliverer that is ready. */
  DeliveryStage deliverer(String instance) {
    return deliverer(instance, NO_DNS, 25);
  }

  DeliveryStage deliverer(String instance, MailExchangers exchangers, int port) {
    DeliveryStage stage = stage(instance, Set.of(), exchangers, port);
    stages.add(stage);
    stage.start();
    await().atMost(LONG).until(stage::isReady);
    return stage;
  }

  DeliveryStage stage(String instance, Set<String> pools, MailExchangers exchangers, int port) {
    LogSettings log = log(instance);
    SlotBook book = slots(instance);
    return new DeliveryStage(site, log, store, book, pools, port, exchangers);
  }

  void stop(DeliveryStage stage) {
    stages.remove(stage);
    stage.stop();
  }

  /** Who has which lane, not yet read. */
  SlotBook slots(String instance) {
    DeliveryLimits limits = site.delivery();
    return new SlotBook(log(instance), limits.ownLanes(), limits.lending().slots());
  }

  /** A mail for a host, in a lane; not yet flushed. */
  MailId put(String lane, String host, int port, String to) {
    Envelope envelope = envelope(Body.of(CONTENT.length), to).via(route(host, port));
    String site = route(host, port).site();
    String key = lane.equals(Topics.sharedLane("normal")) ? site : envelope.id().toString();
    put(lane, key, envelope, CONTENT);
    return envelope.id();
  }

  void put(String lane, String key, Envelope envelope, byte[] content) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(lane, key.getBytes(UTF_8), content);
    record.headers().add("envelope", EnvelopeJson.write(envelope));
    producer.send(record);
  }

  static Envelope envelope(Body body, String... to) {
    return Envelope.begin(
        MailId.next(),
        ReversePath.of("s@example.org"),
        Arrays.stream(to).map(EmailAddress::of).map(Recipient::of).toList(),
        new Client("127.0.9.1", "client", "mx", false),
        body);
  }

  /** The same in the lane that all share. */
  MailId put(String host, int port, String to) {
    return put(Topics.sharedLane("normal"), host, port, to);
  }

  /** How mail for a host leaves, as the router says it. */
  Route route(String host, int port) {
    SiteNames names = new SiteNames(site.delivery().sites().values());
    return names.route("normal", NextHop.Hosts.of(new NextHop.Host(host, port)));
  }

  void flush() {
    producer.flush();
  }

  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return reader.records(topic);
  }

  /** Where a topic of one partition ends. */
  long end(String topic) {
    return reader.end(topic);
  }

  List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topics.EVENTS)) {
      try {
        events.add(EventJson.read(record.value()));
      } catch (MalformedRecord e) {
        throw new AssertionError(e);
      }
    }
    return events;
  }

  /** What happened, such as {@code DELIVERED [a@x.org]}. */
  List<String> story() {
    return events().stream().map(event -> event.what() + " " + event.recipients()).toList();
  }

  @Override
  public void close() {
    stages.forEach(DeliveryStage::stop);
    producer.close();
    broker.close();
  }
}
