package postbus.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PipePlacesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void soManyRunAndTheNextStepsAsideAfterItsWait() {
    PipePlaces places = new PipePlaces(2, Duration.ofMillis(10));
    PipePlaces.Place first = places.enter(100).orElseThrow();
    assertThat(places.enter(100)).isPresent();

    assertThat(places.enter(100)).isEmpty();
    first.close();
    assertThat(places.enter(100)).isPresent();
  }

  @Test
  void whoWaitsGetsThePlaceThatIsGivenBack() throws Exception {
    PipePlaces places = new PipePlaces(1, LONG);
    PipePlaces.Place first = places.enter(100).orElseThrow();
    try (ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor()) {
      var second = CompletableFuture.supplyAsync(() -> places.enter(100), waiters);
      first.close();
      assertThat(second.get()).isPresent();
    }
  }

  @Test
  void fewWaitAndFewerIfTheirMailsAreLarge() throws Exception {
    turnedAwayAfter(102, 100);
    turnedAwayAfter(4, 1 << 20);
    turnedAwayAfter(1, 50 << 20);
  }

  /** So many wait for the one place; the next is told at once that it need not. */
  private static void turnedAwayAfter(int waitersMax, int octets) throws Exception {
    PipePlaces places = new PipePlaces(1, LONG);
    PipePlaces.Place running = places.enter(octets).orElseThrow();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> waiters = new ArrayList<>();
      for (int i = 0; i < waitersMax; i++) {
        waiters.add(
            CompletableFuture.supplyAsync(() -> places.enter(octets), threads)
                .thenAccept(place -> place.orElseThrow().close()));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> places.waiting() == waitersMax);

      assertThat(places.enter(octets)).isEmpty();
      running.close();
      for (var waiter : waiters) {
        waiter.get();
      }
    }
  }
}
