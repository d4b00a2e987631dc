package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.log.Inputs;
import postbus.log.LogSettings;
import postbus.log.LogUnreachable;
import postbus.log.ServiceRights;
import postbus.log.Stage;
import postbus.log.StageSettings;
import postbus.log.StageWork;
import postbus.log.Topics;

/** A log that knows each service by its certificate, and lets each do its part alone. */
class EachItsOwnRightsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Set<String> POOLS = Set.of("normal", "bulk");
  private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(1));

  @TempDir static Path folder;
  private static GuardedLog log;

  @BeforeAll
  static void start() throws Exception {
    log = GuardedLog.start(folder, ServiceRights.of(POOLS));
    // Nobody else may make them, and who is refused hears who may.
    assertThatThrownBy(() -> log.makeTopics("router-service", POOLS, DELAYS))
        .isInstanceOf(LogUnreachable.class)
        .hasMessageContaining("./postbus topics --apply")
        .hasMessageContaining(Topics.ACCEPTED);
    log.makeTopics(GuardedLog.ADMINISTRATOR, POOLS, DELAYS);
  }

  @AfterAll
  static void stop() {
    log.close();
  }

  /** Group, transaction, retries, offsets, events: all that a stage does with what it takes. */
  @Test
  void eachStageDoesItsPart() throws Exception {
    passes("policy-service", Topics.POLICY_STAGE, Topics.UNJUDGED, Topics.REINJECTED);
    passes("router-service", Topics.ROUTER_STAGE, Topics.ACCEPTED, Topics.sharedLane("bulk"));
    passes("delivery-service", "normal", Topics.sharedLane("normal"), Topics.REINJECTED);
    passes("imap-bridge", Topics.LOCAL_STAGE, Topics.LOCAL, "retry.local.1s");
  }

  private static void passes(String service, String name, String from, String to) throws Exception {
    StageSettings settings = StageSettings.of(name, Inputs.of(from)).retrying(DELAYS);
    StageWork move =
        StageWork.blocking(taken -> taken.followUp().mail(to, taken.key(), taken.mail()));
    try (Stage stage = new Stage(settings, log.settingsOf(service), _ -> {}, move)) {
      stage.start();
      await(name).atMost(LIMIT).until(stage::isReady);
      long before = log.end(to);
      log.put(from);
      await(name).atMost(LIMIT).until(() -> log.end(to) > before);
    }
  }

  /** What it may not do any more it says, and loses nothing: it goes on when it may again. */
  @Test
  void aStageWhoseRightsAreTakenAwayIsNotReadyUntilTheyAreBack() throws Exception {
    StageSettings settings = StageSettings.of(Topics.ROUTER_STAGE, Inputs.of(Topics.REINJECTED));
    StageWork move =
        StageWork.blocking(taken -> taken.followUp().mail(Topics.LOCAL, taken.key(), taken.mail()));
    LogSettings router = log.settingsOf("router-service");
    try (Stage stage = new Stage(settings, router, _ -> {}, move)) {
      stage.start();
      await().atMost(LIMIT).until(stage::isReady);
      long before = log.end(Topics.LOCAL);
      log.deny("router-service", Topics.LOCAL, AclOperation.WRITE);
      log.put(Topics.REINJECTED);
      await("it may not write").atMost(LIMIT).until(() -> !stage.isReady());
      assertThat(stage.isLive()).isTrue();
      log.letAgain("router-service", Topics.LOCAL, AclOperation.WRITE);
      await().atMost(LIMIT).until(stage::isReady);
      await().atMost(LIMIT).until(() -> log.end(Topics.LOCAL) > before);
      long then = log.end(Topics.LOCAL);
      log.deny("router-service", Topics.REINJECTED, AclOperation.READ);
      await("it may not read").atMost(LIMIT).until(() -> !stage.isReady());
      log.put(Topics.REINJECTED);
      log.letAgain("router-service", Topics.REINJECTED, AclOperation.READ);
      await().atMost(LIMIT).until(() -> stage.isReady() && log.end(Topics.LOCAL) > then);
    }
  }

  @Test
  void theDoorWritesWhatCameIn() throws Exception {
    for (String topic :
        List.of(Topics.RECEIVED, Topics.ACCEPTED, Topics.UNJUDGED, Topics.QUARANTINE)) {
      log.write("ingress-smtp", topic);
    }
    log.read("ingress-smtp", Topics.VERDICTS);
    log.read("policy-service", Topics.RECEIVED);
    log.write("policy-service", Topics.VERDICTS);
  }

  @Test
  void eachTrimsWhatItReads() throws Exception {
    log.trim("router-service", Topics.ACCEPTED, Topics.REINJECTED, "retry.router.1s");
    log.trim("policy-service", Topics.UNJUDGED, Topics.QUARANTINE, Topics.deadLetter("normal"));
    log.trim("delivery-service", Topics.sharedLane("bulk"), "retry.normal.1s");
    log.trim("imap-bridge", Topics.LOCAL);
    refused(() -> log.trim("ingress-smtp", Topics.ACCEPTED));
    refused(() -> log.trim("delivery-service", Topics.LOCAL));
  }

  @Test
  void nobodyWritesOrReadsWhatIsNotHis() {
    refused(() -> log.write("delivery-service", Topics.ACCEPTED));
    refused(() -> log.write("router-service", Topics.ORDERS));
    refused(() -> log.write("ingress-smtp", Topics.LOCAL));
    refused(() -> log.write("operator", Topics.RECEIVED));
    refused(() -> log.read("imap-bridge", Topics.RECEIVED));
    refused(() -> log.read("ingress-smtp", Topics.ACCEPTED));
  }

  private interface Try {
    void run() throws Exception;
  }

  private static void refused(Try forbidden) {
    assertThatThrownBy(forbidden::run).hasCauseInstanceOf(AuthorizationException.class);
  }
}
