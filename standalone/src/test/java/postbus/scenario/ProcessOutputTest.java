package postbus.scenario;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessOutputTest {
  @Test
  void theLastLinesOfOneThatHasEndedAreKeptUntilTheNextTest() throws Exception {
    String lines =
        IntStream.rangeClosed(1, 100).mapToObj(n -> "line " + n + "\n").collect(joining());
    try (ProcessOutput output = ProcessOutput.of("talker")) {
      Files.writeString(output.file().toPath(), lines + "x".repeat(1_000));
      assertThat(output.text()).startsWith("line 1\n");
    }
    assertThat(ProcessOutput.ofAll())
        .contains("--- last lines of talker\nline 72\n", "line 100\n" + "x".repeat(400) + "\n")
        .doesNotContain("line 71\n");
    ProcessOutput.forget();
    assertThat(ProcessOutput.ofAll()).isEmpty();
  }
}
