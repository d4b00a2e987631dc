package postbus.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeSpaceTest {
  @TempDir private Path folder;

  @Test
  void aDiskHasRoomOrNot() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace();
    assertThat(new FreeSpace(folder, free / 2).isEnough()).isTrue();
    assertThat(new FreeSpace(folder, free / 2).free()).isBetween(free * 0.5, free * 1.5);
    assertThat(new FreeSpace(folder, free * 2).isEnough()).isFalse();
  }

  @Test
  void aDiskOfWhichNothingCanBeToldStopsNoMail() {
    assertThat(new FreeSpace(folder.resolve("not-there"), Long.MAX_VALUE).isEnough()).isTrue();
  }

  @Test
  void itIsLookedAtAgainWhileMailComes() throws Exception {
    Path later = folder.resolve("later");
    FreeSpace space = new FreeSpace(later, Long.MAX_VALUE);
    assertThat(space.isEnough()).isTrue();
    assertThat(space.free()).isNaN();
    Files.createDirectory(later);
    await().atMost(Duration.ofSeconds(20)).until(() -> !space.isEnough());
  }

  @Test
  void aDiskThatHangsKeepsOneThreadAndStopsNoMail() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    AtomicBoolean isVirtual = new AtomicBoolean();
    FreeSpace space =
        new FreeSpace(
            folder,
            1,
            _ -> {
              if (looks.incrementAndGet() > 1) {
                isVirtual.set(Thread.currentThread().isVirtual());
                hang(end);
              }
              return 2;
            });
    await().atMost(Duration.ofSeconds(20)).until(() -> space.isEnough() && looks.get() == 2);
    await()
        .during(Duration.ofMillis(1500))
        .atMost(Duration.ofSeconds(20))
        .until(() -> space.isEnough() && looks.get() == 2);
    assertThat(isVirtual).isFalse();
    end.countDown();
    await().atMost(Duration.ofSeconds(20)).until(() -> space.isEnough() && looks.get() > 2);
  }

  private static void hang(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
