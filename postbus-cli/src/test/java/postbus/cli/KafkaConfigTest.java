package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConfigTest {
  @TempDir Path folder;

  @Test
  void aMistakeIsNamedWithItsFile() throws Exception {
    Path file = folder.resolve("operator.properties");
    assertThat(trace(file)).contains("cannot read " + file);
    write(file, "security.protocol=SSL", "ssl.truststore.location=" + folder + "/none");
    assertThat(trace(file)).contains(file + ": ssl.truststore.location", folder + "/none");
    write(file, "group.id=x");
    assertThat(trace(file)).contains(file + ": group.id: expected bootstrap.servers");
  }

  @Test
  void itMayNameTheLog() throws Exception {
    Path file = folder.resolve("operator.properties");
    write(file, "bootstrap.servers=nowhere.invalid:9", "security.protocol=SSL");
    assertThat(trace(file)).contains("nowhere.invalid:9");
  }

  private static void write(Path file, String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines));
  }

  private static String trace(Path file) {
    Ran ran = Ran.postbus("trace", "a@b.example", "--kafka-config", file.toString());
    assertThat(ran.status()).isEqualTo(1);
    return String.join("\n", ran.err());
  }
}
