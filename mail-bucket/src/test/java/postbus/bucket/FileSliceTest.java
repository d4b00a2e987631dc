package postbus.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSliceTest {
  @TempDir Path folder;

  @Test
  void whatAnInterruptedTryHasReadCanBeReadAgain() throws IOException {
    Path whole = Files.writeString(folder.resolve("whole"), "abcdef");
    try (RandomAccessFile file = new RandomAccessFile(whole.toFile(), "r")) {
      Thread.currentThread().interrupt();
      assertThat(new FileSlice(file, 2, 3).readAllBytes()).asString().isEqualTo("cde");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(new FileSlice(file, 2, 3).readAllBytes()).asString().isEqualTo("cde");
    }
  }
}
