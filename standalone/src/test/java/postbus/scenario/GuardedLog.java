package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogAccess;
import postbus.log.LogSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.LogUnreachable;
import postbus.log.MailRecords;
import postbus.log.ServiceRights.Right;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.MailId;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.testkit.FreePort;

/** A broker that knows everybody by a certificate, and what each may do. */
final class GuardedLog implements AutoCloseable {
  /** The broker's own; who has it may do everything. */
  static final String ADMINISTRATOR = "localhost";

  private static final long WAIT_SECONDS = 20;

  private final PemFolder certificates;
  private final String servers;
  private final EmbeddedBroker broker;

  private GuardedLog(PemFolder certificates, String servers, EmbeddedBroker broker) {
    this.certificates = certificates;
    this.servers = servers;
    this.broker = broker;
  }

  static GuardedLog start(Path parent, Map<String, List<Right>> rights) throws Exception {
    List<String> all = new ArrayList<>(rights.keySet());
    all.add(ADMINISTRATOR);
    PemFolder certificates = PemFolder.make(parent.resolve("certificates"), all, ADMINISTRATOR);
    int port = FreePort.of(TestSite.THIS_HOST);
    EmbeddedBroker broker =
        EmbeddedBroker.start(parent.resolve("kafka"), port, guarding(certificates, port));
    GuardedLog log = new GuardedLog(certificates, ADMINISTRATOR + ":" + port, broker);
    log.allow(rights);
    return log;
  }

  private static Map<String, String> guarding(PemFolder certificates, int port) {
    Map<String, String> of = new LinkedHashMap<>(BrokerSettings.oneMachine());
    of.put("listener.security.protocol.map", "CLIENTS:SSL,CONTROLLER:PLAINTEXT");
    of.put("advertised.listeners", "CLIENTS://" + ADMINISTRATOR + ":" + port);
    of.put("ssl.client.auth", "required");
    of.putAll(certificates.ofBroker());
    of.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's own listener, on loopback, knows nobody by name.
    of.put("super.users", "User:CN=" + ADMINISTRATOR + ";User:ANONYMOUS");
    of.put("allow.everyone.if.no.acl.found", "false");
    return of;
  }

  private void allow(Map<String, List<Right>> rights) throws Exception {
    List<AclBinding> all = new ArrayList<>();
    rights.forEach((name, own) ->
        own.forEach(right ->
            right
                .operations()
                .forEach(operation ->
                    all.add(
                        new AclBinding(
                            right.on(),
                            new AccessControlEntry(
                                "User:CN=" + name, "*", operation, AclPermissionType.ALLOW))))));
    try (Admin admin = administrator()) {
      get(admin.createAcls(all).all());
    }
  }

  /** Forbids what is allowed, until {@link #letAgain}; returns when the broker knows. */
  void deny(String who, String topic, AclOperation operation) throws Exception {
    try (Admin admin = administrator()) {
      get(admin.createAcls(List.of(denial(who, topic, operation))).all());
    }
    try (Admin denied = Admin.create(access(who).with(Map.of()))) {
      await()
          .atMost(WAIT_SECONDS, TimeUnit.SECONDS)
          .until(() -> !mayDo(denied, topic).contains(operation));
    }
  }

  private static Set<AclOperation> mayDo(Admin who, String topic) throws Exception {
    DescribeTopicsOptions rights = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    var asked = who.describeTopics(List.of(topic), rights).allTopicNames();
    return get(asked).values().iterator().next().authorizedOperations();
  }

  void letAgain(String who, String topic, AclOperation operation) throws Exception {
    try (Admin admin = administrator()) {
      get(admin.deleteAcls(List.of(denial(who, topic, operation).toFilter())).all());
    }
  }

  private Admin administrator() {
    return Admin.create(access(ADMINISTRATOR).with(Map.of()));
  }

  private static <T> T get(Future<T> asked) throws Exception {
    return asked.get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static AclBinding denial(String who, String topic, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:CN=" + who, "*", operation, AclPermissionType.DENY));
  }

  /** How somebody of this name gets in. */
  LogAccess access(String name) {
    return LogAccess.of(servers, certificates.ofClient(name), "");
  }

  /** What a process is told, to get in by this name. */
  Map<String, String> settings(String name) {
    Map<String, String> of = new LinkedHashMap<>();
    certificates.ofClient(name).forEach((key, value) -> of.put("kafka." + key, value));
    of.put("kafka.bootstrap.servers", servers);
    return of;
  }

  /** The same for the commands. */
  Path propertiesOf(String name) throws IOException {
    return certificates.writeProperties(name, servers);
  }

  LogSettings settingsOf(String name) {
    return new LogSettings(access(name), "0", Shape.ONE_MACHINE);
  }

  void makeTopics(String who, Set<String> pools, List<Duration> delays) throws LogUnreachable {
    Duration wait = Duration.ofSeconds(WAIT_SECONDS);
    try (TopicCheck check = new TopicCheck(access(who), Shape.ONE_MACHINE, wait)) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, pools, delays));
    }
  }

  /** Puts a mail into a topic. */
  void put(String topic) throws Exception {
    Envelope mail =
        Envelope.begin(
            MailId.next(),
            ReversePath.of("a@example.org"),
            List.of(Recipient.of(EmailAddress.of("b@example.net"))),
            new Client("127.0.0.1", "x.example", "mx", true),
            Body.of(1));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, mail.id().toString().getBytes(UTF_8), new byte[] {'x'});
    record.headers().add(MailRecords.ENVELOPE, EnvelopeJson.write(mail));
    write(ADMINISTRATOR, record);
  }

  /** Where a topic ends. */
  long end(String topic) throws Exception {
    TopicPartition first = new TopicPartition(topic, 0);
    try (Admin admin = administrator()) {
      var asked = admin.listOffsets(Map.of(first, OffsetSpec.latest())).partitionResult(first);
      return get(asked).offset();
    }
  }

  /** Deletes nothing, for which the same right is wanted. */
  void trim(String who, String... topics) throws Exception {
    try (Admin admin = Admin.create(access(who).with(Map.of()))) {
      for (String topic : topics) {
        TopicPartition partition = new TopicPartition(topic, 0);
        var asked = admin.listOffsets(Map.of(partition, OffsetSpec.earliest()));
        long first = get(asked.partitionResult(partition)).offset();
        get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(first))).all());
      }
    }
  }

  void write(String who, String topic) throws Exception {
    write(who, new ProducerRecord<>(topic, new byte[] {'x'}));
  }

  private void write(String who, ProducerRecord<byte[], byte[]> record) throws Exception {
    Map<String, Object> of = access(who).with(Map.of("enable.idempotence", false));
    try (var producer =
        new KafkaProducer<>(of, new ByteArraySerializer(), new ByteArraySerializer())) {
      get(producer.send(record));
    }
  }

  void read(String who, String topic) throws Exception {
    Map<String, Object> of = access(who).with(Map.of("auto.offset.reset", "latest"));
    try (var consumer =
        new KafkaConsumer<>(of, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      try {
        consumer.position(new TopicPartition(topic, 0), Duration.ofSeconds(WAIT_SECONDS));
        consumer.poll(Duration.ofMillis(500));
      } catch (AuthorizationException refused) {
        throw new IllegalStateException(refused);
      }
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
