package postbus.log;

import static org.apache.kafka.common.acl.AclOperation.ALL;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclPermissionType.ALLOW;
import static org.apache.kafka.common.acl.AclPermissionType.DENY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stage that may not read one of its topics any more. */
class StageRightsTest {
  private static final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Longer than a busy machine needs to give a right back. */
  private static final Duration IN_HAND_WAIT = Duration.ofSeconds(50);

  private static StageRig rig;
  private static Admin admin;
  private final Map<String, Taken> taken = new ConcurrentHashMap<>();

  @BeforeAll
  static void broker() {
    Metrics.globalRegistry.add(meters);
    rig =
        new StageRig(
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true"));
    admin = Admin.create(rig.log("0").access().with(Map.of()));
  }

  @AfterAll
  static void end() {
    admin.close(Duration.ZERO);
    rig.close();
    Metrics.globalRegistry.remove(meters);
  }

  @AfterEach
  void closeStages() {
    rig.closeStages();
  }

  private Stage start(String name, String... topics) {
    List.of(topics).forEach(topic -> rig.create(topic, 1));
    rig.create("out-" + name, 1);
    Stage stage =
        rig.start(
            StageSettings.of(name, Inputs.of(topics))
                .waiting(IN_HAND_WAIT, Duration.ofMillis(50), Duration.ofMillis(200)),
            "0",
            mail -> assertThat(taken.put(content(mail), mail)).as("taken once").isNull());
    StageRig.awaitReady(stage);
    return stage;
  }

  private void awaitTaken(String... contents) {
    await().atMost(SOON).until(() -> taken.keySet().containsAll(List.of(contents)));
  }

  private void move(String content, String to) {
    Taken mail = taken.remove(content);
    mail.finish(mail.followUp().mail(to, mail.key(), mail.mail())).join();
  }

  @Test
  void theOthersGoOnAndItIsAlarmedOnce() throws Exception {
    Stage stage = start("others", "in-forbidden", "in-other");
    rig.put("in-other", 0, "begun");
    awaitTaken("begun");
    double before = alarms();
    denyReading("in-forbidden");
    await().atMost(SOON).until(() -> !stage.isReady());
    for (int i = 0; i < 3; i++) {
      rig.put("in-other", 0, "after" + i);
      awaitTaken("after" + i);
      move("after" + i, "out-others");
    }
    assertThat(stage.isReady()).isFalse();
    assertThat(alarms()).isEqualTo(before + 1);
    move("begun", "out-others");
    rig.put("in-forbidden", 0, "late");
    letRead("in-forbidden");
    awaitTaken("late");
    move("late", "out-others");
    await().atMost(SOON).until(stage::isReady);
    rig.awaitContents("out-others", "begun", "after0", "after1", "after2", "late");
  }

  @Test
  void whatCannotBeUndoneIsWaitedFor() throws Exception {
    Stage stage = start("sent", "in-sent");
    rig.put("in-sent", 0, "sent");
    awaitTaken("sent");
    assertThat(taken.get("sent").passPointOfNoReturn()).isTrue();
    denyReading("in-sent");
    await().atMost(SOON).until(() -> !stage.isReady());
    letRead("in-sent");
    move("sent", "out-sent");
    await().atMost(SOON).until(stage::isReady);
    rig.awaitContents("out-sent", "sent");
    assertThat(taken).isEmpty();
  }

  private static void denyReading(String topic) throws Exception {
    List<AclBinding> rules = List.of(rule(topic, ALL, ALLOW), rule(topic, READ, DENY));
    admin.createAcls(rules).all().get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static void letRead(String topic) throws Exception {
    var denial = List.of(rule(topic, READ, DENY).toFilter());
    admin.deleteAcls(denial).all().get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static AclBinding rule(String topic, AclOperation operation, AclPermissionType is) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", operation, is));
  }

  private static double alarms() {
    return meters.get("postbus.alarms").tag("kind", "no-right").counter().count();
  }
}
