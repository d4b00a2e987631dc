package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file whose user alone knows what it should be: here, a number. */
class LiveFileTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void aFile() throws IOException {
    file = Files.writeString(folder.resolve("number"), "1");
  }

  @Test
  void anEditCounts() throws Exception {
    LiveFile<Integer> number = new LiveFile<>(file, LiveFileTest::number);
    assertThat(number.value()).isEqualTo(1);
    Files.writeString(file, "22");
    soon(() -> number.value() == 22);
  }

  @Test
  void aMistakeKeepsTheLastGoodValueAndIsLogged() throws Exception {
    LiveFile<Integer> number = new LiveFile<>(file, LiveFileTest::number);
    try (LoggedLines log = LoggedLines.of(WatchedFile.class)) {
      Files.writeString(file, "two");
      soon(() -> number.value() == 1 && !log.lines().isEmpty());
      assertThat(log.lines())
          .containsExactly(
              file + ": two, expected a number; until it is mended, its last good version counts");
      Files.delete(file);
      soon(() -> number.value() == 1 && log.lines().getLast().contains("is missing"));
      Files.writeString(file, "2");
      soon(() -> number.value() == 2);
    }
  }

  @Test
  void aMistakeFromTheStartIsSaidAtOnce() throws IOException {
    Files.writeString(file, "two");
    assertThatThrownBy(() -> new LiveFile<>(file, LiveFileTest::number))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": two, expected a number");
  }

  private static int number(Path file) {
    try {
      String text = Files.readString(file);
      if (!text.matches("[0-9]{1,9}")) {
        throw new IllegalArgumentException(text + ", expected a number");
      }
      return Integer.parseInt(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void soon(Callable<Boolean> holds) {
    await().pollInterval(WatchedFile.LOOK_EVERY).atMost(Duration.ofSeconds(30)).until(holds);
  }
}
