package postbus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static postbus.log.Mails.content;
import static postbus.log.StageRig.SOON;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import postbus.mail.Envelope;
import postbus.mail.Event;

/** What a stage counts, and what can be seen of it while it works. */
class StageMetersTest {
  private static StageRig rig;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void broker() {
    rig = new StageRig();
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  @BeforeEach
  void listen() {
    Metrics.addRegistry(registry);
  }

  @AfterEach
  void closeStages() {
    rig.closeStages();
    Metrics.removeRegistry(registry);
  }

  @Test
  void whatIsInHandIsSeenAndTheGaugesOfATopicGoWithItsPartitions() {
    rig.create("delivery.seen.shared", 2);
    Map<String, Taken> hands = new ConcurrentHashMap<>();
    Stage stage =
        rig.start(
            StageRig.settings("seen", Inputs.of("delivery.seen.shared")).window(2),
            "0",
            mail -> hands.put(content(mail), mail));
    rig.put("delivery.seen.shared", 0, "a", "b", "c");
    rig.put("delivery.seen.shared", 1, "d");
    await().atMost(SOON).until(() -> gauge("seen", "window.mails") == 3);
    await().atMost(SOON).until(() -> gauge("seen", "backlog.mails") == 4);
    assertThat(gauge("seen", "window.octets")).isPositive();
    assertThat(gauge("seen", "window.share")).isEqualTo(1); // partition 0 is full, 1 is not
    await().atMost(SOON).until(() -> gauge("seen", "oldest.seconds") > 0.2);
    assertThat(gauge("seen", "partitions")).isEqualTo(2);

    finish(hands, "a");
    await().atMost(SOON).until(() -> hands.containsKey("c"));
    finish(hands, "b", "c", "d");

    await().atMost(SOON).until(() -> gauge("seen", "window.mails") == 0);
    assertThat(gauge("seen", "oldest.seconds")).isZero();
    stage.close();
    assertThat(search("seen", "window.mails").gauges()).isEmpty();
    assertThat(search("seen", "partitions").gauges()).isEmpty();
  }

  private static void finish(Map<String, Taken> hands, String... contents) {
    for (String content : contents) {
      Taken taken = hands.remove(content);
      assertThat(taken).isNotNull();
      taken.finish(taken.followUp()).join();
    }
  }

  @Test
  void outcomesAreCountedOnceThoughTransactionsFail() {
    rig.create("delivery.counted.slot-07", 1);
    AtomicBoolean fails = new AtomicBoolean(true);
    rig.start(
        StageRig.settings("counted", Inputs.of("delivery.counted.slot-07")),
        "0",
        StageWork.blocking(taken -> {
          Envelope mail = taken.mail().envelope();
          return taken
              .followUp()
              .event(Event.now("test", Event.What.DELIVERED, mail, mail.recipients(), "250"));
        }),
        new Faults() {
          @Override
          public void beforeCommit() {
            if (fails.getAndSet(false)) {
              throw new IllegalStateException("the first transaction fails");
            }
          }
        });
    rig.put("delivery.counted.slot-07", 0, "one", "two", "three");

    await().atMost(SOON).until(() -> counter("counted", "recorded.mails") == 3);

    assertThat(counter("counted", "taken.mails")).isEqualTo(3);
    assertThat(
            registry
                .get("postbus.outcomes")
                .tags("stage", "counted", "lane", "slot", "outcome", "delivered")
                .counter()
                .count())
        .isEqualTo(3);
    assertThat(timer("counted", "failed").count()).isEqualTo(1);
    assertThat(timer("counted", "committed").count()).isPositive();
    assertThat(search("counted", "recording").timer()).isNotNull();
  }

  @Test
  void aRunOfFailuresIsSeenAndAlarms() {
    rig.create("in-ailing", 1);
    AtomicBoolean down = new AtomicBoolean(true);
    rig.start(
        StageRig.settings("ailing", Inputs.of("in-ailing")),
        "0",
        StageWork.blocking(taken -> {
          if (down.get()) {
            throw new IllegalStateException("the database is away");
          }
          return taken.followUp();
        }));
    rig.put("in-ailing", 0, Mails.numbered("m", 10));
    await().atMost(SOON).until(() -> gauge("ailing", "paused") == 1);
    assertThat(counter("ailing", "failures")).isGreaterThanOrEqualTo(5);
    assertThat(registry.get("postbus.alarms").tag("kind", "paused").counter().count()).isPositive();

    down.set(false);

    await().atMost(SOON).until(() -> gauge("ailing", "paused") == 0);
    await().atMost(SOON).until(() -> counter("ailing", "recorded.mails") == 10);
  }

  @Test
  void lanesAreToldApartByTheirNames() {
    assertThat(TopicMeters.lane("delivery.normal.shared")).isEqualTo("shared");
    assertThat(TopicMeters.lane("delivery.bulk.slot-12")).isEqualTo("slot");
    assertThat(TopicMeters.lane("delivery.normal.google.com")).isEqualTo("own");
    assertThat(TopicMeters.lane("delivery.local")).isEqualTo("none");
    assertThat(TopicMeters.lane("retry.normal.5m")).isEqualTo("none");
  }

  private Search search(String stage, String name) {
    return registry.find("postbus.stage." + name).tag("stage", stage);
  }

  /** Below zero if there is none. */
  private double gauge(String stage, String name) {
    Gauge gauge = search(stage, name).gauge();
    return gauge == null ? -1 : gauge.value();
  }

  private double counter(String stage, String name) {
    Counter counter = search(stage, name).counter();
    return counter == null ? -1 : counter.count();
  }

  private Timer timer(String stage, String end) {
    return registry.get("postbus.stage.transaction").tags("stage", stage, "end", end).timer();
  }
}
