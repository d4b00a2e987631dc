package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.LogAccess;
import postbus.log.ServiceRights;
import postbus.log.Topics;
import postbus.mail.Event.What;
import postbus.testkit.FreePort;
import postbus.testkit.Script;
import postbus.testkit.ScriptedSmtpServer;

/**
 * Five processes, each with a certificate of its own, over a log that lets each do its part alone.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EachItsOwnRightsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** Longer than a partition that is given away waits for a reply to a final dot. */
  private static final Duration SLOWNESS = Duration.ofSeconds(8);

  private static final String OPERATOR = "operator";

  @TempDir static Path folder;
  private static final Map<String, Service> services = new LinkedHashMap<>();
  private static final Map<String, Integer> probes = new LinkedHashMap<>();
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static GuardedLog log;
  private static LogAccess reader;

  @BeforeAll
  static void start() throws Exception {
    world = ScriptedSmtpServer.start(Script.GOOD.slowness(SLOWNESS));
    site = TestSite.in(folder, world.port());
    var rights = ServiceRights.of(Set.of("normal", "bulk"));
    log = GuardedLog.start(folder, rights);
    reader = log.access(OPERATOR);
    command(GuardedLog.ADMINISTRATOR, "topics", "--apply", "--site", site.folder().toString());
    int policy = FreePort.here();
    int router = FreePort.here();
    for (String name : rights.keySet()) {
      if (!name.equals(OPERATOR)) {
        probes.put(name, FreePort.here());
        services.put(name, Service.start(name, settings(name, policy, router)));
      }
    }
    services.values().forEach(Service::awaitReady);
  }

  private static Map<String, String> settings(String name, int policy, int router) {
    Map<String, String> of = new LinkedHashMap<>(log.settings(name));
    of.put("postbus.shape", "ONE_MACHINE");
    of.put("postbus.site", site.folder().toString());
    of.put("postbus.data", folder.resolve("data").toString());
    of.put("quarkus.http.host", TestSite.THIS_HOST);
    int port =
        switch (name) {
          case "policy-service" -> policy;
          case "router-service" -> router;
          default -> 0;
        };
    of.put("quarkus.http.port", Integer.toString(port));
    of.put("quarkus.management.port", Integer.toString(probes.get(name)));
    of.put("postbus.policy.url", "http://127.0.0.1:" + policy);
    of.put("postbus.router.url", "http://127.0.0.1:" + router);
    return of;
  }

  @AfterAll
  static void stop() throws Exception {
    for (Service service : services.values()) {
      service.close();
    }
    log.close();
    world.close();
  }

  @Test
  @Order(1)
  void aMailGoesInAnotherOutAndOneIsTriedAgain() throws Exception {
    AtomicReference<String> in = new AtomicReference<>("");
    // The first questions to policy may take their time: 451, or unjudged, and once more.
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          in.set(fromOutside("jimbo@wikimedia.org"));
          assertThat(Recorded.at(reader).times(in.get(), What.TAKEN_UNJUDGED)).isZero();
        });
    String out = submitted("a@world.example");
    String deferred = submitted("tempfail@world.example");
    awaitRecorded(out, What.DELIVERED, 1);
    awaitRecorded(in.get(), What.DELIVERED, 1);
    awaitRecorded(deferred, What.DEFERRED, 2);
    services.forEach((name, service) ->
        assertThat(service.output())
            .as(name)
            .doesNotContainIgnoringCase("not authorized", "does not let"));
  }

  @Test
  @Order(2)
  void anOperatorMendsAndReplaysADeadLetter() throws Exception {
    String dead = Dialogue.idIn(tried("", "permfail@world.example"));
    awaitRecorded(dead, What.DEAD_LETTERED, 1);
    String mended = "permfail@world.example=b@world.example";
    command(OPERATOR, "dead-letter", "edit", dead, "--recipient", mended);
    command(OPERATOR, "dead-letter", "replay", dead);
    awaitRecorded(dead, What.DELIVERED, 1);
    assertThat(command(OPERATOR, "trace", dead)).contains("dead lettered", "replayed", "delivered");
  }

  @Test
  @Order(3)
  void whatIsForbiddenIsNamedAndNothingIsLost() throws Exception {
    log.deny("router-service", Topics.LOCAL, AclOperation.WRITE);
    log.deny("ingress-smtp", Topics.ACCEPTED, AclOperation.WRITE);
    assertThat(tried("noc@wikimedia.org", "c@world.example")).startsWith("451");
    awaitProbe("ingress-smtp", 503);
    log.letAgain("ingress-smtp", Topics.ACCEPTED, AclOperation.WRITE);
    awaitProbe("ingress-smtp", 200);
    String in = submitted("jimbo@wikimedia.org");
    awaitProbe("router-service", 503);
    log.letAgain("router-service", Topics.LOCAL, AclOperation.WRITE);
    awaitRecorded(in, What.DELIVERED, 1);
    awaitProbe("router-service", 200);
    assertThat(services.get("ingress-smtp").output())
        .contains("ALARM: the log does not let ingress-smtp WRITE mail.accepted");
    assertThat(services.get("router-service").output())
        .contains("ALARM: the log does not let router-0 WRITE delivery.local");
  }

  /** The reply to a final dot is waited for. */
  @Test
  @Order(4)
  void allEndAndWhatWasSentIsRecordedOnce() throws Exception {
    int before = world.mails().size();
    String sent = submitted("late-dot@world.example");
    world.awaitMails(before + 1, LIMIT);
    try (Dialogue client =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.WIKI_ADDRESS, site.wikiPort())) {
      services.values().forEach(Service::askToEnd);
      client.says("421");
    }
    for (Service service : services.values()) {
      service.awaitEnd();
    }
    Recorded all = Recorded.at(reader);
    assertThat(all.times(sent, What.DELIVERED)).isEqualTo(1);
    all.assertThatNoStepIsRecordedTwice();
    assertThat(world.mails()).hasSize(before + 1);
    assertThat(world.violations()).isEmpty();
  }

  private static String submitted(String recipient) throws Exception {
    return Dialogue.idIn(tried("wiki@wikimedia.org", recipient));
  }

  private static String tried(String sender, String recipient) throws Exception {
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      return appServer.mail(sender, recipient, "Subject: out\r\n\r\nhello");
    }
  }

  private static String fromOutside(String recipient) throws Exception {
    try (Dialogue outsider =
        Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort())) {
      return Dialogue.idIn(outsider.mail("b@example.org", recipient, "Subject: in\r\n\r\nhello"));
    }
  }

  private static void awaitProbe(String name, int status) {
    await(name + " " + status).atMost(LIMIT).until(() -> Probe.ready(probes.get(name)) == status);
  }

  private static void awaitRecorded(String mail, What what, int times) {
    await(mail + " " + what)
        .atMost(LIMIT)
        .pollInterval(LOOK_EVERY)
        .until(() -> Recorded.at(reader).times(mail, what) >= times);
  }

  private static String command(String who, String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--kafka-config", log.propertiesOf(who).toString()));
    return Operator.printsHere(all.toArray(String[]::new));
  }
}
