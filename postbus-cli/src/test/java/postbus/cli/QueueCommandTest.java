package postbus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.FollowUp;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.Orders;
import postbus.log.RetryWork;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.Taken;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.mail.Attempt;
import postbus.mail.Body;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.EnvelopeJson;
import postbus.mail.MailId;
import postbus.mail.NextHop;
import postbus.mail.Order;
import postbus.mail.Recipient;
import postbus.mail.ReversePath;
import postbus.mail.Route;
import postbus.testkit.TestCertificate;

/** Which mails wait, and what operators do about it. */
@Timeout(120)
class QueueCommandTest {
  private static final String LANE = "delivery.normal.shared";
  private static final String RETRY = "retry.normal.1h";

  @TempDir private Path folder;
  private EmbeddedBroker broker;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("log"), 0, BrokerSettings.oneMachine());
    try (TopicCheck check =
        new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, Duration.ofSeconds(20))) {
      check.createMissing(
          TopicCatalogue.of(
              Shape.ONE_MACHINE, Set.of("normal", "bulk"), List.of(Duration.ofHours(1))));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    put(LANE, "google.com~4f1c");
    put(RETRY, "google.com~4f1c");
    put(RETRY, "google.com~4f1c");
    put(RETRY, "example.org");
  }

  @AfterEach
  void stop() {
    producer.close();
    broker.close();
  }

  @Test
  void showsForWhichSitesMailWaitsAndWhatTheyLastSaid() {
    List<String> lines = queue().out();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).matches("normal +example.org +1 +2h0m +open +451 4.7.1 slow down");
    assertThat(lines.get(2)).matches("normal +google.com~4f1c +3 +2h0m +open +451 .*");
    assertThat(queue("--site", "google.com").out()).hasSize(2);
    assertThat(queue("--pool", "bulk").out()).containsExactly("No mail waits.");
  }

  @Test
  void anOrderIsGivenAndCarriedOutByWhoeverOwnsTheMails() throws Exception {
    Ran alone = queue("retry", "--site", "google.com", "--wait", "1s");
    assertThat(alone.status()).isEqualTo(3);
    assertThat(alone.out().getLast()).isEqualTo("2 mails are left; it goes on by itself");
    List<String> ordered = new CopyOnWriteArrayList<>();
    LogSettings log = new LogSettings(broker.bootstrapServers(), "0", Shape.ONE_MACHINE);
    StageSettings settings =
        StageSettings.of("normal", Inputs.matching("delivery\\.normal\\..*"))
            .retrying(List.of(Duration.ofHours(1)));
    try (Orders orders = new Orders(log);
        Stage stage =
            new Stage(
                settings,
                log,
                _ -> {},
                taken -> taken.finish(taken.followUp()),
                new Noting(ordered),
                orders)) {
      orders.start();
      stage.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> ordered.size() == 2);
      put(RETRY, "google.com~4f1c");
      Ran together = queue("bounce", "--site", "google.com", "--why", "gone", "--yes");
      assertThat(together.out().getLast()).isEqualTo("carried out");
      assertThat(together.status()).isZero();
      assertThat(ordered).containsExactly("RETRY ", "RETRY ", "BOUNCE gone");
      assertThat(queue().out()).hasSize(2).last().asString().contains("example.org");
    }
  }

  @Test
  void aHeldSiteIsShownAsHeldUntilItIsReleased() {
    assertThat(queue("hold", "--site", "example.org").status()).isZero();
    assertThat(queue("--site", "example.org").out().getLast()).contains(" held ");
    assertThat(queue("release", "--site", "example.org", "--wait", "0s").status()).isEqualTo(3);
    assertThat(queue("--site", "example.org").out().getLast()).contains(" open ");
  }

  @Test
  void theStatusSaysThatNobodyServesWhatWaitsAndWhatExpires() throws IOException {
    assertThat(queue("hold", "--site", "example.org").status()).isZero();
    Path site = Files.createDirectory(folder.resolve("site"));
    for (String file :
        List.of("postbus.yaml", "accounts", "legacy-mailing-lists", "local-domains")) {
      Files.copy(Path.of("../site").resolve(file), site.resolve(file));
    }
    Files.createDirectory(site.resolve("aliases"));
    TestCertificate.expired("mx.example.org").writeInto(site);
    Ran status =
        Ran.postbus("status", "--kafka", broker.bootstrapServers(), "--site", site.toString());
    assertThat(status.status()).isEqualTo(1);
    assertThat(status.out())
        .anyMatch(line -> line.matches("router +0 +0 +-"))
        .anyMatch(line -> line.matches("normal +0 +1 +2h0m"))
        .anyMatch(line -> line.matches("retry.normal.1h +3"))
        .anyMatch(line -> line.matches("held by an operator: example.org in pool normal, .*"))
        .contains("  nobody serves normal: 1 mail waiting, the oldest for 2h0m")
        .anyMatch(line -> line.matches("  listener .* takes no mail: .*"))
        .anyMatch(line -> line.startsWith("  tls/certificate.pem: has expired ("));
  }

  @Test
  void whatCannotBeMeantOrUndoneIsAskedBack() {
    assertThat(queue("bounce", "--site", "example.org").err().getFirst()).contains("say --yes");
    assertThat(queue("retry", "--site", "exmple.org").err().getFirst())
        .isEqualTo("no mail waits for exmple.org; --force gives the order nevertheless");
    assertThat(queue("move", "--site", "example.org", "--to", "fast", "--yes").err().getFirst())
        .isEqualTo("no pool fast, expected one of bulk, normal");
    put(LANE, "google.com~0000");
    assertThat(queue("hold", "--site", "google.com").err().getFirst())
        .isEqualTo("several sites: google.com~0000, google.com~4f1c; name one of them");
  }

  private Ran queue(String... args) {
    return Ran.postbus(
        Stream.of(
                List.of("queue"),
                Arrays.asList(args),
                List.of("--kafka", broker.bootstrapServers()))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  private void put(String topic, String site) {
    NextHop.Exchangers hop = new NextHop.Exchangers("example.org");
    Envelope begun =
        Envelope.begin(
            MailId.next(),
            ReversePath.of("s@example.net"),
            List.of(Recipient.of(EmailAddress.of("a@example.org"))),
            new Client("127.0.9.1", "client", "mx", false),
            Body.of(2));
    Envelope envelope =
        begun
            .replayed(Instant.now().minus(Duration.ofHours(2)))
            .via(new Route("normal", site, hop))
            .attempted(new Attempt(Instant.now(), "451 4.7.1 slow down", "mx.example.org"));
    var record = new ProducerRecord<>(topic, site.getBytes(UTF_8), "\r\n".getBytes(UTF_8));
    record.headers().add("envelope", EnvelopeJson.write(envelope));
    String due = Long.toString(Instant.now().plus(Duration.ofHours(1)).toEpochMilli());
    record.headers().add("due", due.getBytes(UTF_8)).add("origin", LANE.getBytes(UTF_8));
    try {
      producer.send(record).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Takes note of orders, and ends the mails that they are about. */
  private record Noting(List<String> ordered) implements RetryWork {
    @Override
    public FollowUp due(Taken waiting, String origin) {
      throw new AssertionError("nothing is due");
    }

    @Override
    public Optional<FollowUp> ordered(Order order, Taken waiting, String origin) {
      ordered.add(order.action() + " " + order.why());
      return Optional.of(waiting.followUp());
    }
  }
}
