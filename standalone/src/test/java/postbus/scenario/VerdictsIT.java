package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import postbus.mail.Event.What;
import postbus.mail.MailId;
import postbus.testkit.ScriptedSmtpServer;

/**
 * The questions about contents and their verdicts between two processes: a broker that is killed, a
 * policy that answers at the moment when nobody waits any more, or that is gone with questions in
 * its hands. Whatever got its 250 arrives once.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VerdictsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String POLICY = "policy-service";
  private static final int SESSIONS = 4;

  /** Milliseconds after the final dot when policy wakes: around the second that clients wait. */
  private static final List<Integer> WAKES = List.of(800, 900, 950, 1000, 1050, 1150);

  @TempDir static Path folder;
  private static final List<Integer> taken = new ArrayList<>();
  private static ScriptedSmtpServer world;
  private static TestSite site;
  private static Cluster cluster;
  private static int next;

  @BeforeAll
  static void start() throws Exception {
    world = ScriptedSmtpServer.start();
    site = TestSite.in(folder, world.port()).with("verdict-wait: 20s", "verdict-wait: 1s");
    cluster = Cluster.start(site, folder, 1);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    world.close();
  }

  @Test
  @Order(1)
  void verdictsComeAgainAfterABrokerThatWasKilled() throws Exception {
    await().atMost(LIMIT).until(VerdictsIT::isJudgedInItsSession);
    cluster.kill9(Cluster.BROKER);
    cluster.startAgain(Cluster.BROKER);
    await("five in a row").atMost(LIMIT).until(VerdictsIT::areJudgedInTheirSessions);
    everythingHasArrivedOnce();
  }

  @Test
  @Order(2)
  void aVerdictThatCrossesTheTimeLimitIsTheVerdictOrNone() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int wake : WAKES) {
      List<OpenMail> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(open());
      }
      cluster.freeze(POLICY);
      for (OpenMail session : sessions) {
        session.dot(text(session.number()));
      }
      CompletableFuture<Void> woken =
          CompletableFuture.runAsync(
              VerdictsIT::wake, CompletableFuture.delayedExecutor(wake, TimeUnit.MILLISECONDS));
      for (OpenMail session : sessions) {
        ids.add(end(session));
      }
      woken.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    everythingHasArrivedOnce();
    Map<String, Map<What, Integer>> times = Recorded.at(cluster.bootstrapServers()).times();
    assertThat(ids)
        .allSatisfy(id ->
            assertThat(times.get(id))
                .satisfiesAnyOf(
                    inTime -> assertThat(inTime).doesNotContainKey(What.TAKEN_UNJUDGED),
                    late ->
                        assertThat(late)
                            .containsEntry(What.TAKEN_UNJUDGED, 1)
                            .containsEntry(What.JUDGED, 1)
                            .doesNotContainKey(What.ACCEPTED)));
  }

  @Test
  @Order(3)
  void aPolicyThatDiesWithQuestionsInHandCostsNoMail() throws Exception {
    List<OpenMail> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(open());
    }
    cluster.freeze(POLICY);
    for (OpenMail session : sessions) {
      session.dot(text(session.number()));
    }
    cluster.kill9(POLICY);
    for (OpenMail session : sessions) {
      end(session);
    }
    // While it is away for long, outsiders are sent away before they have named anybody.
    await().atMost(LIMIT).until(VerdictsIT::replyToMail, reply -> reply.startsWith("451"));
    try (Dialogue appServer =
        Dialogue.greeted(TestSite.APP_SERVER, TestSite.THIS_HOST, site.mxPort())) {
      Dialogue.idIn(appServer.mail("noc@wikimedia.org", "c@five.example", "Subject: trusted"));
    }
    assertThat(world.awaitMails(1, LIMIT).getFirst().text()).contains("Subject: trusted");
    cluster.startAgain(POLICY);
    await().atMost(LIMIT).until(VerdictsIT::isJudgedInItsSession);
    everythingHasArrivedOnce();
    Recorded.at(cluster.bootstrapServers()).assertThatNoStepIsRecordedTwice();
  }

  @Test
  @Order(4)
  void aMailThatIsReleasedFromQuarantineArrivesOnceAndIsNotJudgedAgain() throws Exception {
    int number = next++;
    MailId id = MailId.next();
    String kafka = cluster.bootstrapServers();
    Held.put(kafka, id, text(number));
    assertThat(Operator.prints("quarantine", "release", id.toString(), "--kafka", kafka))
        .contains("released: 1");
    assertThat(Operator.runs("quarantine", "release", id.toString(), "--kafka", kafka).status())
        .isEqualTo(1);
    taken.add(number);
    everythingHasArrivedOnce();
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(Recorded.at(kafka).times().get(id.toString()))
                .containsOnlyKeys(What.RELEASED, What.ROUTED, What.DELIVERED));
  }

  private static void wake() {
    try {
      cluster.thaw(POLICY);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void everythingHasArrivedOnce() {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(arrivals()).containsOnlyKeys(taken.toArray(Integer[]::new)));
    assertThat(arrivals()).allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
  }

  private static Map<Integer, Long> arrivals() {
    return Arrivals.inMailboxes(folder.resolve("data")).times();
  }

  /** One more mail of an outsider; false if it was not taken, or taken unjudged. */
  private static boolean isJudgedInItsSession() throws IOException {
    int number = next++;
    try (Dialogue outsider = outsider()) {
      for (String line : List.of("MAIL FROM:<a@example.org>", "RCPT TO:<jimbo@wikimedia.org>")) {
        if (!outsider.send(line).reply().startsWith("250")) {
          return false;
        }
      }
      outsider.send("DATA").says("354");
      String reply = outsider.send(text(number) + "\r\n.").reply();
      if (!reply.startsWith("250")) {
        return false;
      }
      taken.add(number);
      String id = Dialogue.idIn(reply);
      Map<What, Integer> steps =
          await()
              .atMost(LIMIT)
              .until(
                  () -> Recorded.at(cluster.bootstrapServers()).times().getOrDefault(id, Map.of()),
                  found -> !found.isEmpty());
      return !steps.containsKey(What.TAKEN_UNJUDGED);
    }
  }

  private static boolean areJudgedInTheirSessions() throws IOException {
    for (int i = 0; i < 5; i++) {
      if (!isJudgedInItsSession()) {
        return false;
      }
    }
    return true;
  }

  private static String replyToMail() throws IOException {
    try (Dialogue outsider = outsider()) {
      String reply = outsider.send("MAIL FROM:<a@example.org>").reply();
      if (reply.startsWith("250")) {
        outsider.send("RCPT TO:<jimbo@wikimedia.org>").says("451");
      }
      return reply;
    }
  }

  private static Dialogue outsider() throws IOException {
    return Dialogue.greeted(TestSite.OUTSIDER, TestSite.THIS_HOST, site.mxPort());
  }

  private static String text(int number) {
    return "Subject: number " + number + ".\r\n\r\nhello";
  }

  /** The id of a mail that is taken. */
  private static String end(OpenMail session) throws IOException {
    String id = session.id();
    taken.add(session.number());
    return id;
  }

  /** Once policy is known to answer. */
  private static OpenMail open() {
    Dialogue dialogue =
        await().atMost(LIMIT).until(VerdictsIT::openOrNull, opened -> opened != null);
    return new OpenMail(dialogue, next++);
  }

  private static Dialogue openOrNull() throws IOException {
    Dialogue dialogue = outsider();
    for (String line :
        List.of("MAIL FROM:<a@example.org>", "RCPT TO:<jimbo@wikimedia.org>", "DATA")) {
      if (!dialogue.send(line).reply().matches("(?s)(250|354).*")) {
        dialogue.close();
        return null;
      }
    }
    return dialogue;
  }
}
