package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JVM's cache is made by the first run, beside it; the next one starts with it, also after a
 * kill; and a spoilt one is nobody's trouble.
 */
class CachedStartIT {
  /** The launcher's own limit, and some seconds for what comes before and after. */
  private static final Duration TRAINING_MAX = Duration.ofSeconds(320);

  @TempDir Path folder;

  @Test
  void aCacheIsMadeUsedAndNotNeeded() throws Exception {
    TestSite site = TestSite.in(folder, 9);
    Path data = folder.resolve("data");
    Path caches = folder.resolve("caches");
    try (RunningPostbus untrained = RunningPostbus.startCached(site, data, caches)) {
      await("the training").atMost(TRAINING_MAX).until(() -> list(caches, ".lock").isEmpty());
      assertThat(list(caches, ".failed")).isEmpty();
      untrained.kill9();
    }
    Path cache = list(caches, ".aot").getFirst();
    assertThat(list(caches, ".new")).isEmpty();
    try (RunningPostbus cached = RunningPostbus.startCached(site, data, caches)) {
      assertThat(cached.output()).startsWith("postbus is ready");
      assertThat(maps(cached)).contains(cache.toString());
      cached.kill9();
    }
    spoil(cache);
    try (RunningPostbus uncached = RunningPostbus.startCached(site, data, caches)) {
      assertThat(uncached.output()).startsWith("postbus is ready");
      assertThat(uncached.terminate()).isLessThan(Duration.ofSeconds(20));
    }
  }

  private static List<Path> list(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  /** The files that it has in memory. */
  private static String maps(RunningPostbus postbus) throws IOException {
    return Files.readString(Path.of("/proc/" + postbus.pid() + "/maps"));
  }

  /** Its middle is other than it was; the time of its last change, by which it is known, is not. */
  private static void spoil(Path cache) throws IOException {
    FileTime time = Files.getLastModifiedTime(cache);
    try (FileChannel file = FileChannel.open(cache, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(20 << 20), file.size() / 3);
    }
    Files.setLastModifiedTime(cache, time);
  }
}
