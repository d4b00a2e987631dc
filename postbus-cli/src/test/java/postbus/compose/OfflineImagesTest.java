package postbus.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.compose.ComposeFile.CHECKOUT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kit that builds the stack's images without a registry, as far as it shows without Docker. */
class OfflineImagesTest {
  private static final int SECONDS_MAX = 30;
  private static final Path KIT = CHECKOUT.resolve("deploy/offline-images");

  @Test
  void itKnowsEachImageOfTheStack() throws Exception {
    List<String> listed = run(KIT.resolve("build").toString(), "--list").lines().toList();

    assertThat(listed.stream().map(line -> line.split(" +", 2)[0]))
        .containsAll(ComposeFile.services().values().stream().map(ComposeFile::image).toList())
        .anyMatch(image -> image.startsWith("eclipse-temurin:"));
    assertThat(listed).noneMatch(line -> line.contains("does not know"));
    assertThat(listed.stream().filter(line -> line.contains("left out")))
        .singleElement()
        .asString()
        .startsWith("grafana/grafana:");
  }

  @Test
  void everyRecipeIsOfAnImageThatIsNeeded() throws Exception {
    String listed = run(KIT.resolve("build").toString(), "--list");

    assertThat(files().filter(file -> file.endsWith("Dockerfile")))
        .isNotEmpty()
        .allSatisfy(file ->
            assertThat(listed)
                .contains("deploy/offline-images/" + KIT.relativize(file).getParent() + "\n"));
  }

  @Test
  void itsScriptsAreWhole() throws Exception {
    List<String> scripts = files().filter(OfflineImagesTest::isScript).map(Path::toString).toList();

    assertThat(scripts).hasSizeGreaterThan(8);
    for (String script : scripts) {
      assertThat(run("bash", "-n", script)).isEmpty();
    }
    assertThat(scripts)
        .allSatisfy(s -> assertThat(Files.readString(Path.of(s))).contains("set -e"));
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(KIT)) {
      return all.filter(Files::isRegularFile).toList().stream();
    }
  }

  private static boolean isScript(Path file) {
    try {
      return Files.readString(file).startsWith("#!");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a command says, if it ends well. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
