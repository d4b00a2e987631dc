package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each service is killed at every moment at which it has done one thing and not the next, brought
 * about by what it says to the broker and to other mail servers. No mail that got its 250 is lost;
 * one is doubled only in the two windows that every mail system has.
 *
 * <p>A client that got no 250 sends its mail again, as clients do.
 */
class CrashPointsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final Duration POLL = Duration.ofMillis(20);

  @TempDir static Path folder;
  private static final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private static CrashRig rig;
  private static Map<Integer, Long> settled = Map.of();
  private static int next;

  @BeforeAll
  static void start() throws Exception {
    rig = CrashRig.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    clients.shutdownNow();
    Arrivals arrivals = rig.arrivals();
    Recorded recorded = Recorded.at(rig.cluster().bootstrapServers());
    rig.close();
    recorded.assertThatNoStepIsRecordedTwice();
    assertThat(arrivals.times()).as("nothing came later").isEqualTo(settled);
  }

  @AfterEach
  void forget() {
    rig.forget();
  }

  static Stream<CrashPoint> points() {
    return CrashPoint.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void losesNothingAndDoublesNoMoreThanPromised(CrashPoint point) throws Exception {
    CompletableFuture<Void> killed = point.seen().then(rig, point.victim(), () -> kill(point));
    List<Integer> numbers = IntStream.range(next, next + point.journey().mails()).boxed().toList();
    next += numbers.size() + 1;
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> numbers.forEach(number -> submit(point.journey(), number)), clients);
    killed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    rig.cluster().startAgain(point.victim());
    sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    // A fresh mail goes the same way, and when all is recorded nothing more can come.
    int last = next - 1;
    String id = submit(point.journey(), last);
    await("nothing is under way")
        .atMost(LIMIT)
        .pollInterval(POLL)
        .until(() -> Recorded.at(rig.cluster().bootstrapServers()).isAllOver(id));
    Map<Integer, Long> times = rig.arrivals().times();
    assertThat(times).as("arrived").containsKeys(numbers.toArray(Integer[]::new));
    assertThat(times).as("the fresh one").containsEntry(last, 1L);
    long doubled = numbers.stream().mapToLong(number -> times.get(number) - 1).sum();
    assertThat(doubled).as("doubled").isBetween(point.doubled().min, point.doubled().max);
    settled = times;
  }

  private static void kill(CrashPoint point) {
    try {
      rig.cluster().kill9(point.victim());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** As often as it takes; the id that it got. */
  private static String submit(Journey journey, int number) {
    Optional<String> id;
    do {
      id = journey.send(rig, number);
    } while (id.isEmpty());
    return id.get();
  }
}
