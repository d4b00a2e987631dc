package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import postbus.broker.EmbeddedBroker;
import postbus.log.BrokerSettings;
import postbus.testkit.FreePort;
import postbus.testkit.ScriptedSmtpServer;

/** The five services as five processes over one broker, and what one of them missing means. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FiveProcessesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> NAMES =
      List.of(
          "router-service", "policy-service", "delivery-service", "imap-bridge", "ingress-smtp");

  @TempDir static Path folder;
  private static final Map<String, Service> services = new LinkedHashMap<>();
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws Exception {
    world = ScriptedSmtpServer.start();
    site =
        TestSite.in(folder, world.port())
            .with("verdict-wait: 20s", "verdict-wait: 2s\n  log-wait: 5s");
    broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, BrokerSettings.oneMachine());
    int policy = FreePort.here();
    int router = FreePort.here();
    Map<String, Integer> ports =
        Map.of(
            "policy-service", policy,
            "router-service", router,
            "ingress-smtp", FreePort.here(),
            "delivery-service", FreePort.here(),
            "imap-bridge", FreePort.here());
    for (String name : NAMES) {
      services.put(
          name,
          Service.start(
              name,
              Map.of(
                  "kafka.bootstrap.servers",
                  broker.bootstrapServers(),
                  "postbus.shape",
                  "ONE_MACHINE",
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
                  "http://127.0.0.1:" + policy,
                  "postbus.router.url",
                  "http://127.0.0.1:" + router)));
    }
    services.values().forEach(Service::awaitReady);
    await("policy and router answer")
        .atMost(LIMIT)
        .until(FiveProcessesIT::anOutsidersRecipientIsAnswered);
  }

  /** The first question over HTTP may take its time on a busy machine: 451, and ask again. */
  private static boolean anOutsidersRecipientIsAnswered() throws IOException {
    try (Dialogue outsider =
        Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      return outsider.send("MAIL FROM:<b@example.org>").reply().startsWith("250")
          && outsider.send("RCPT TO:<jimbo@wikimedia.org>").reply().startsWith("250");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    for (Service service : services.values()) {
      service.close();
    }
    broker.close();
    world.close();
  }

  @Test
  @Order(1)
  void aMailGoesThroughToTheWorldAndIntoAMailbox() throws Exception {
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      Dialogue.idIn(appServer.mail("wiki@wikimedia.org", "a@five.example", text("out")));
    }
    try (Dialogue outsider =
        Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      Dialogue.idIn(outsider.mail("b@example.org", "jimbo@wikimedia.org", text("in")));
    }
    assertThat(world.awaitMails(1, LIMIT).getFirst().helo()).isEqualTo("wiki-mail.wikimedia.org");
    await().atMost(LIMIT).until(() -> inMailboxes("Subject: in") == 1);
  }

  @Test
  @Order(2)
  void aPolicyThatAnswersTooLateLosesAndDoublesNothing() throws Exception {
    try (Dialogue outsider =
        Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<b@example.org>").says("250");
      outsider.send("RCPT TO:<jimbo@wikimedia.org>").says("250");
      outsider.send("DATA").says("354");
      services.get("policy-service").freeze();
      try {
        Dialogue.idIn(outsider.send(text("unjudged") + "\r\n.").reply());
        assertThat(inMailboxes("Subject: unjudged")).isZero();
      } finally {
        services.get("policy-service").thaw();
      }
      await().atMost(LIMIT).until(() -> inMailboxes("Subject: unjudged") == 1);
      Dialogue.idIn(outsider.mail("b@example.org", "jimbo@wikimedia.org", text("after")));
    }
    await().atMost(LIMIT).until(() -> inMailboxes("Subject: after") == 1);
    assertThat(inMailboxes("Subject: unjudged")).isEqualTo(1);
  }

  @Test
  @Order(3)
  void withoutAPolicyOutsidersAreAskedToComeBackAndTrustedMailFlows() throws Exception {
    services.get("policy-service").freeze();
    try (Dialogue outsider =
            Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort());
        Dialogue appServer =
            Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      outsider.send("MAIL FROM:<b@example.org>").says("250");
      outsider.send("RCPT TO:<jimbo@wikimedia.org>").says("451");
      Dialogue.idIn(appServer.mail("noc@wikimedia.org", "c@five.example", text("trusted")));
    } finally {
      services.get("policy-service").thaw();
    }
    await()
        .atMost(LIMIT)
        .until(() -> world.mails().stream().anyMatch(mail -> mail.text().contains("trusted")));
  }

  @Test
  @Order(4)
  void withoutTheLogAMailGets451AndNever250() throws Exception {
    broker.close();
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      for (int i = 0; i < 3; i++) {
        assertThat(appServer.mail("noc@wikimedia.org", "d@five.example", text("no log")))
            .startsWith("451");
      }
    }
  }

  @Test
  @Order(5)
  void whatMayNotStartSaysWhyAndEnds() throws Exception {
    try (Service service =
        Service.start("router-service", Map.of("postbus.site", folder + "/nowhere"))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.output()).contains("/nowhere: is no folder, expected a site");
    }
  }

  private static String text(String subject) {
    return "Subject: " + subject + "\r\n\r\nhello";
  }

  private static long inMailboxes(String text) throws IOException {
    Path mailboxes = folder.resolve("data/mail");
    if (!Files.exists(mailboxes)) {
      return 0;
    }
    long count = 0;
    try (Stream<Path> all = Files.walk(mailboxes)) {
      for (Path path : (Iterable<Path>) all.filter(p -> p.toString().contains("/new/"))::iterator) {
        count += Files.readString(path).contains(text) ? 1 : 0;
      }
    }
    return count;
  }
}
