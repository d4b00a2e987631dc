package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the disk has room for mail, as {@code ./postbus status} sees it. */
class DiskCheckTest {
  private final DiskCheck check = new DiskCheck(Duration.ofSeconds(10));
  @TempDir private Path data;

  @Test
  void aDiskThatIsNearlyFullIsNamedWithItsRoomTheLimitAndWhatToDo() {
    assertThat(check.of(data, Long.MAX_VALUE).orElseThrow())
        .startsWith(data + ": ")
        .containsPattern("[0-9]+\\.[0-9] MiB are free .* sessions.disk-free-min, [0-9.]+ MiB")
        .endsWith("docs/howto/disk-is-full.md");
  }

  @Test
  void oneWithRoomIsNotNorIsAFolderThatIsElsewhere() {
    assertThat(check.of(data, 0)).isEmpty();
    assertThat(check.of(data.resolve("elsewhere"), Long.MAX_VALUE)).isEmpty();
  }
}
