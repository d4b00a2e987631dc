package postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code ./postbus check} says, and its exit status. */
class CheckCommandTest {
  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;

  @Test
  void aGoodSiteIsGood() {
    assertThat(check(Path.of("../site"))).isZero();
    assertThat(out).hasToString("site ../site is good" + System.lineSeparator());
  }

  @Test
  void eachMistakeIsALine() throws IOException {
    Files.writeString(
        folder.resolve("postbus.yaml"), "primary-hostname: mx.example.org\nxyzzy: 1\n");

    assertThat(check(folder)).isOne();
    assertThat(out.toString().lines())
        .contains("accounts: is missing, expected a file")
        .anyMatch(
            line -> line.startsWith("postbus.yaml:2: unknown key \"xyzzy\", expected one of"));
  }

  private int check(Path site) {
    return new CommandLine(new CheckCommand())
        .setOut(new PrintWriter(out, true))
        .execute("--site", site.toString());
  }
}
