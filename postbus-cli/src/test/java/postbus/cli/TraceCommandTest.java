package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings.Shape;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.log.Topics;
import postbus.mail.Event;
import postbus.mail.Event.What;
import postbus.mail.EventJson;
import postbus.mail.MailId;

@Timeout(120)
class TraceCommandTest {
  private static final MailId FIRST = MailId.next();
  private static final MailId SECOND = MailId.next();
  private static final MailId ABORTED = MailId.next();
  private static final Instant NOW = Instant.now();

  @TempDir static Path folder;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("log"), 0, BrokerSettings.oneMachine());
    try (TopicCheck check =
        new TopicCheck(broker.bootstrapServers(), Shape.ONE_MACHINE, Duration.ofSeconds(20))) {
      check.createMissing(TopicCatalogue.of(Shape.ONE_MACHINE, Set.of("normal"), List.of()));
    }
    try (var producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      // The router was quicker to write than the ingress.
      send(producer, event(2, FIRST, "router-service", What.ROUTED, "bob@example.org", "to gw"));
      send(producer, event(1, FIRST, "ingress-smtp", What.ACCEPTED, "Bob@Example.org", ""));
      String reply = "250 2.0.0 Ok\u001b[2J";
      send(producer, event(3, FIRST, "delivery-service", What.DELIVERED, "b@gw.example", reply));
      send(producer, event(4, SECOND, "ingress-smtp", What.ACCEPTED, "eve@example.org", ""));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, event(5, ABORTED, "ingress-smtp", What.ACCEPTED, "bob@example.org", ""));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(Topics.EVENTS, "{}".getBytes(StandardCharsets.UTF_8)));
      producer.commitTransaction();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void tellsAMailsStoryOldestFirst() {
    Ran ran = trace(FIRST.toString());

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .containsExactly(
            line(1, "ingress-smtp      accepted          Bob@Example.org"),
            line(2, "router-service    routed            bob@example.org  to gw"),
            line(3, "delivery-service  delivered         b@gw.example  250 2.0.0 Ok?[2J"));
    assertThat(ran.err()).containsExactly("1 events could not be read.");
  }

  @Test
  void tellsAllStepsOfTheMailsOfAnAddressInWhateverCase() {
    assertThat(trace("BOB@example.org").out())
        .hasSize(3)
        .last()
        .asString()
        .contains("delivered", "b@gw.example");
  }

  @Test
  void namesTheMailWhereThereAreSeveral() {
    List<String> lines = trace("alice@example.org", "--since", "1h").out();

    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).contains("  " + FIRST + "  ingress-smtp");
    assertThat(lines.getLast()).contains("  " + SECOND + "  ingress-smtp");
  }

  @Test
  void tellsWhatHappenedToAllMailsAndPicksSteps() {
    assertThat(trace("--since", "1h").out()).hasSize(4);
    assertThat(trace("--what", "accepted,dead-lettered").out())
        .hasSize(2)
        .allMatch(line -> line.contains("  accepted  "));
    assertThat(trace("bob@example.org", "--what", "delivered").out())
        .singleElement()
        .asString()
        .contains("b@gw.example");
    assertThat(trace("--what", "bounced").err()).last().asString().startsWith("Nothing since ");
    assertThat(trace("--what", "lost").err())
        .first()
        .asString()
        .contains("expected a step, one of accepted, taken-unjudged, ", ": lost");
  }

  @Test
  void printsEventsForPrograms() throws Exception {
    List<String> lines = trace(SECOND.toString(), "--json").out();

    assertThat(lines).hasSize(1);
    assertThat(EventJson.read(lines.getFirst().getBytes(StandardCharsets.UTF_8)).mail())
        .isEqualTo(SECOND);
  }

  @Test
  void tellsNothingOfWhatWasAborted() {
    Ran ran = trace(ABORTED.toString());

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).last().asString().startsWith("Nothing about " + ABORTED + " since ");
  }

  @Test
  void findsTheLogByTheDataFolder() throws Exception {
    Path run = Files.createDirectories(folder.resolve("data/run"));
    Files.writeString(run.resolve("kafka"), broker.bootstrapServers() + "\n");

    Ran ran = Ran.postbus("trace", FIRST.toString(), "--data", folder.resolve("data").toString());

    assertThat(ran.status()).isZero();
  }

  @Test
  void saysInOneLineThatTheLogDoesNotAnswer() {
    Ran ran = Ran.postbus("trace", FIRST.toString(), "--kafka", "127.0.0.1:1");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).containsExactly("no answer from the log at 127.0.0.1:1");
  }

  @Test
  void saysThatItDoesNotUnderstand() {
    assertThat(trace("bob").status()).isEqualTo(2);
    assertThat(trace("bob").err()).first().isEqualTo("neither a mail id nor an address: bob");
    assertThat(trace("bob@example.org", "--since", "soon").status()).isEqualTo(2);
    assertThat(Ran.postbus().status()).isEqualTo(2);
    assertThat(Ran.postbus("--help").status()).isZero();
  }

  private static Ran trace(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "trace";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--kafka";
    all[args.length + 2] = broker.bootstrapServers();
    return Ran.postbus(all);
  }

  private static String line(int second, String rest) {
    return StoryLine.time(NOW.plusSeconds(second), ZoneId.systemDefault()) + "  " + rest;
  }

  private static Event event(
      int second, MailId mail, String service, What what, String to, String detail) {
    Instant at = NOW.plusSeconds(second);
    return new Event(at, service, mail, what, "alice@example.org", List.of(to), detail);
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, Event event) throws Exception {
    producer
        .send(new ProducerRecord<>(Topics.EVENTS, EventJson.write(event)))
        .get(60, TimeUnit.SECONDS);
  }
}
