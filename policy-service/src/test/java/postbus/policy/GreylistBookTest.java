package postbus.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.log.LogSettings;
import postbus.log.TopicCatalogue;
import postbus.log.TopicCheck;
import postbus.mail.AddressVerifier.Standing;
import postbus.mail.AddressVerifier.Verification;
import postbus.mail.Client;
import postbus.mail.EmailAddress;
import postbus.mail.RecipientQuestion;
import postbus.mail.ReversePath;
import postbus.mail.SmtpReply;
import postbus.site.BlockList.Action;
import postbus.site.ClientNetworks;
import postbus.site.ClientRules;
import postbus.site.Greylisting;
import postbus.site.Rates;

/** Policies that share what they know of clients, by a real broker; the clock is the test's. */
@Timeout(120)
class GreylistBookTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration DELAY = Duration.ofMinutes(5);
  private static final SmtpReply OK = SmtpReply.of(250, "2.1.5", "Ok");
  private static final Greylisting RULES =
      new Greylisting(
          true, DELAY, Duration.ofDays(2), Duration.ofDays(36), 2, 1000, Optional.empty());

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static int tests;

  private final List<GreylistBook> books = new ArrayList<>();
  private final FakeList goodClients = new FakeList().has("198.51.100.7", "");
  private volatile Instant now = Instant.parse("2026-11-26T04:00:00Z");

  /** Of a network of each test's own: they share what is known. */
  private final String client = "192.0." + ++tests + ".1";

  private SmtpReply router = OK;
  private LogSettings log = settings(broker);

  @BeforeAll
  static void start() throws Exception {
    broker = started("kafka");
  }

  private static EmbeddedBroker started(String name) throws Exception {
    EmbeddedBroker broker =
        EmbeddedBroker.start(folder.resolve(name), 0, BrokerSettings.oneMachine());
    LogSettings log = settings(broker);
    try (TopicCheck topics =
        new TopicCheck(broker.bootstrapServers(), log.shape(), Duration.ofSeconds(20))) {
      topics.createMissing(
          TopicCatalogue.of(log.shape(), Set.of("normal"), List.of(Duration.ofSeconds(1))));
    }
    return broker;
  }

  private static LogSettings settings(EmbeddedBroker broker) {
    return new LogSettings(broker.bootstrapServers(), "0", LogSettings.Shape.ONE_MACHINE);
  }

  @AfterEach
  void stopBooks() {
    books.forEach(GreylistBook::stop);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void whoComesAgainToAnotherPolicyPassesAlsoAfterARestart() {
    Policy one = policy();
    Policy other = policy();
    assertThat(reply(one, "a@example.org", "mark@wikimedia.org"))
        .isEqualTo("451 4.7.1 Greylisted, please try again in 300 seconds");
    now = now.plus(DELAY.minusSeconds(10));
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(reply(other, "a@example.org", "mark@wikimedia.org"))
                .isEqualTo("451 4.7.1 Greylisted, please try again in 10 seconds"));
    now = now.plusSeconds(10);
    assertThat(reply(other, "a@example.org", "mark@wikimedia.org")).startsWith("250");
    now = now.plus(RULES.retryWindow()).plusSeconds(1);
    await()
        .atMost(LONG)
        .until(() -> reply(one, "a@example.org", "mark@wikimedia.org").startsWith("250"));

    books.forEach(GreylistBook::stop);
    books.clear();
    Policy restarted = policy();
    assertThat(reply(restarted, "a@example.org", "mark@wikimedia.org")).startsWith("250");
    assertThat(reply(restarted, "b@example.org", "mark@wikimedia.org")).startsWith("451 4.7.1");
  }

  @Test
  void whileTheLogIsNotReadEverybodyPasses() {
    GreylistBook unread = new GreylistBook(RULES, log, () -> now);
    books.add(unread);
    assertThat(reply(policy(unread), "a@example.org", "mark@wikimedia.org")).startsWith("250");
    unread.start();
    await().atMost(LONG).until(unread::isShared);
    assertThat(reply(policy(unread), "b@example.org", "mark@wikimedia.org")).startsWith("451");
  }

  @Test
  void whileTheLogIsAwayEverybodyPasses() throws Exception {
    EmbeddedBroker own = started("own");
    log = settings(own);
    Policy policy = policy();
    assertThat(reply(policy, "a@example.org", "mark@wikimedia.org")).startsWith("451");
    own.close();
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(reply(policy, Instant.now().hashCode() + "@" + random(), "mark@w.org"))
                .startsWith("250"));
  }

  /** Without digits, which all count as the same. */
  private static String random() {
    return java.util.UUID.randomUUID().toString().replaceAll("[0-9]", "x") + ".org";
  }

  @Test
  void whoIsNotAskedToComeAgain() {
    Policy policy = policy();
    assertThat(reply(policy, "a@example.org", "postmaster@wikimedia.org")).startsWith("250");
    assertThat(reply(policy, new Client("198.51.100.7", "good", "mx", false))).startsWith("250");
    router = SmtpReply.of(550, "5.1.1", "unknown user");
    assertThat(reply(policy, "a@example.org", "nobody@wikimedia.org")).isEqualTo(router.toString());
    router = OK;
    assertThat(reply(policy, "a@example.org", "nobody@wikimedia.org"))
        .as("guesses fill no list")
        .contains("in 300 seconds");
  }

  /** For a site without greylisting. */
  static GreylistBook unused() {
    LogSettings nowhere = new LogSettings("127.0.0.1:9", "0", LogSettings.Shape.ONE_MACHINE);
    return new GreylistBook(Greylisting.DEFAULT, nowhere, InstantSource.system());
  }

  private Policy policy() {
    GreylistBook book = new GreylistBook(RULES, log, () -> now);
    books.add(book);
    book.start();
    await().atMost(LONG).until(book::isShared);
    return policy(book);
  }

  private Policy policy(GreylistBook book) {
    ClientLists lists =
        new ClientLists(List.of(goodClients.as("good", Action.ACCEPT)), System::nanoTime);
    ClientRules clients = new ClientRules(List.of(), ClientNetworks.DEFAULT, Rates.DEFAULT, RULES);
    return new Policy(
        _ -> new Verification(Standing.LOCAL, router),
        List.of(
            new BlockListRule(lists, LONG),
            new GreylistRule(clients, lists, book),
            new AddressExists()),
        List.of());
  }

  private String reply(Policy policy, String sender, String recipient) {
    return reply(policy, new Client(client, "out.example", "mx", false), sender, recipient);
  }

  private static String reply(Policy policy, Client client) {
    return reply(policy, client, "a@example.org", "mark@wikimedia.org");
  }

  private static String reply(Policy policy, Client client, String sender, String recipient) {
    return policy
        .onRecipient(
            new RecipientQuestion(client, ReversePath.of(sender), EmailAddress.of(recipient)))
        .toString();
  }
}
