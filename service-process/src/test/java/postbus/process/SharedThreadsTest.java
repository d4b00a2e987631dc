package postbus.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedThreadsTest {
  private static final long LATER = Duration.ofMinutes(3).toNanos();

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch blocked = new CountDownLatch(1);
  private Vertx vertx;
  private SharedThreads threads;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    threads = new SharedThreads(vertx, now::get);
    threads.start(Duration.ofMillis(1));
  }

  @AfterEach
  void stop() throws Exception {
    released.countDown();
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void goRoundWhetherOrNotThereIsAnythingToDo() {
    assertThat(threads.areLive()).isTrue();
    now.addAndGet(LATER);
    await().atMost(Duration.ofSeconds(30)).until(threads::areLive);
  }

  @Test
  void areNotLiveWhileAnEventLoopIsBlocked() throws Exception {
    vertx.getOrCreateContext().runOnContext(_ -> block());
    assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
    now.addAndGet(LATER);
    assertThat(threads.areLive()).isFalse();
    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !threads.areLive());
    released.countDown();
    await().atMost(Duration.ofSeconds(30)).until(threads::areLive);
  }

  private void block() {
    blocked.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
