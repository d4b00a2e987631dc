package postbus.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static postbus.site.Site.Tls.NEVER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.delivery.DeliveryStage;
import postbus.dns.MailExchangers;
import postbus.dns.SiteNames;
import postbus.log.ContentFolder;
import postbus.log.ContentStore;
import postbus.log.LogSettings;
import postbus.log.LogUnreachable;
import postbus.log.Mail;
import postbus.log.MailRecords;
import postbus.log.SlotBook;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.TopicSpec;
import postbus.log.Topics;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.site.DeliveryLimits;
import postbus.site.DnsLimits;
import postbus.site.RoutingRules;
import postbus.site.Schedule;
import postbus.site.SessionLimits;
import postbus.site.Site;

/** A broker in a process of its own, with the lanes of one pool; deliverers run in this one. */
final class DeliveryRig implements AutoCloseable {
  static final String POOL = "normal";
  static final String SHARED = Topics.sharedLane(POOL);
  static final int CONTENT_OCTETS = 5_000;

  private static final Duration READY_WAIT = Duration.ofSeconds(60);
  private static final byte[] CONTENT = content();
  private static final MailExchangers NO_DNS = _ -> new MailExchangers.Later("no DNS here");
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Path folder;
  private final Site site;
  private final Child broker;
  private final KafkaProducer<byte[], byte[]> producer;

  DeliveryRig() throws IOException {
    this(Deliveries.LIMITS, 1);
  }

  /**
   * @param partitions of the lanes that sites have of their own
   */
  DeliveryRig(DeliveryLimits limits, int partitions) throws IOException {
    folder = Files.createTempDirectory(Folders.DISK, "postbus-bench");
    site = site(folder, limits);
    broker = Child.start(Broker.class, brokerArguments());
    TopicCatalogue.Pool pool =
        new TopicCatalogue.Pool(
            POOL, Schedule.DEFAULT.delays(), limits.lending().slots(), limits.ownLanes());
    List<TopicSpec> topics =
        TopicCatalogue.of(log("0").shape(), List.of(pool), Schedule.DEFAULT.delays()).stream()
            .map(spec -> isOwn(spec) ? divided(spec, partitions) : spec)
            .toList();
    try (TopicCheck check = new TopicCheck(bootstrapServers(), log("0").shape(), READY_WAIT)) {
      check.createMissing(topics);
    } catch (LogUnreachable e) {
      throw new IOException(e);
    }
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers(), "linger.ms", 2, "batch.size", 256 << 10),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** {@code -Dbroker="a.b=1 c.d=2"} tries other settings. */
  private Object[] brokerArguments() {
    Stream<Object> settings =
        Pattern.compile(" ")
            .splitAsStream(System.getProperty("broker", ""))
            .filter(setting -> !setting.isEmpty())
            .map(setting -> setting);
    return Stream.concat(Stream.of(folder.resolve("kafka")), settings).toArray();
  }

  private static byte[] content() {
    StringBuilder text = new StringBuilder("Subject: a mail\r\n\r\n");
    while (text.length() < CONTENT_OCTETS) {
      text.append("What a mail says, line by line, is of no interest here.\r\n");
    }
    return text.toString().getBytes(UTF_8);
  }

  private boolean isOwn(TopicSpec spec) {
    return site.delivery().ownLanes().stream()
        .anyMatch(name -> spec.name().equals(Topics.ownLane(POOL, name)));
  }

  private static TopicSpec divided(TopicSpec spec, int partitions) {
    return new TopicSpec(spec.name(), partitions, spec.replication(), spec.settings());
  }

  private static Site site(Path folder, DeliveryLimits limits) {
    InetAddress source = InetAddress.ofLiteral("127.0.0.1");
    return new Site(
        folder,
        "mx.example.org",
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(POOL, new Site.Pool(POOL, source, "normal.example.org", NEVER)),
        RoutingRules.DNS_ALONE,
        Map.of(),
        DnsLimits.DEFAULT,
        SessionLimits.DEFAULT,
        limits,
        Schedule.DEFAULT);
  }

  String bootstrapServers() {
    return broker.first();
  }

  Child broker() {
    return broker;
  }

  private LogSettings log(String instance) {
    return new LogSettings(bootstrapServers(), instance, LogSettings.Shape.ONE_MACHINE);
  }

  /** A deliverer that is ready. */
  DeliveryStage deliverer(String instance) throws IOException {
    DeliveryLimits limits = site.delivery();
    LogSettings log = log(instance);
    SlotBook book = new SlotBook(log, limits.ownLanes(), limits.lending().slots());
    ContentStore store = new ContentFolder(folder.resolve("content"));
    DeliveryStage stage = new DeliveryStage(site, log, store, book, Set.of(), 25, NO_DNS);
    stage.start();
    Deliveries.until(READY_WAIT, stage::isReady);
    return stage;
  }

  /** A new mail for a host, routed; its recipient is {@code m<number>@…}. */
  Mail mail(String host, int port, int number) {
    return mail(new SiteNames(site.delivery().sites().values()), host, port, number);
  }

  static Mail mail(SiteNames names, String host, int port, int number) {
    NextHop.Hosts hosts = NextHop.Hosts.of(new NextHop.Host(host, port));
    Mail mail = unrouted(number);
    return new Mail(mail.envelope().via(names.route(POOL, hosts)), mail.content());
  }

  /** As the ingress writes it. */
  static Mail unrouted(int number) {
    return new Mail(
        Envelope.begin(
            MailId.next(),
            ReversePath.of("s@example.org"),
            List.of(Recipient.of(EmailAddress.of("m" + number + "@site.example"))),
            new Client("127.0.9.1", "client", "submission", false),
            Body.of(CONTENT.length)),
        CONTENT);
  }

  /** As the router writes it; in the shared lane by its site, elsewhere by its id. */
  int put(String lane, String host, int port) {
    int number = NUMBERS.incrementAndGet();
    Mail mail = mail(host, port, number);
    String site = mail.envelope().route().orElseThrow().site();
    String key = lane.equals(SHARED) ? site : mail.envelope().id().toString();
    put(MailRecords.record(lane, key, mail));
    return number;
  }

  /** As the ingress writes it, for the router; not yet flushed. */
  void putAccepted() {
    Mail mail = unrouted(NUMBERS.incrementAndGet());
    put(MailRecords.record(Topics.ACCEPTED, mail.envelope().id().toString(), mail));
  }

  /** Not yet flushed. */
  void put(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    broker.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
