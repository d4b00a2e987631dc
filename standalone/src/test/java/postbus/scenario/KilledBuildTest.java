package postbus.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that is killed, whatever way, while its JVM learns; Maven and the JVM are played. */
class KilledBuildTest {
  private static final Duration BUSY_MAX = Duration.ofMinutes(2);

  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in *postbus.training=*)
        echo $$ > "$0.new"; mv "$0.new" "$0.pid"; exec sleep 300 ;;
      esac
      exit 1
      """;

  @TempDir private Path folder;

  @Test
  void leavesNoProcessThatIsTrained() throws Exception {
    Path java = program("jdk/bin/java", JAVA);
    program("jdk/bin/javac", "#!/bin/sh\n");
    program("mvnw", "#!/bin/sh\n");
    program("standalone/target/quarkus-app/quarkus-run.jar", "");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"99\"\n");
    program("postbus", Files.readString(TestSite.checkout().resolve("postbus")));
    ProcessBuilder launcher = new ProcessBuilder(folder.resolve("postbus").toString(), "build");
    launcher.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    launcher.environment().remove("POSTBUS_CACHE");
    Process build = launcher.redirectErrorStream(true).redirectOutput(out()).start();

    Path pid = java.resolveSibling("java.pid");
    await().atMost(BUSY_MAX).until(() -> Files.exists(pid));
    ProcessHandle trained =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    build.destroyForcibly();

    try {
      await().atMost(BUSY_MAX).until(() -> !trained.isAlive());
      Path cache = folder.resolve("standalone/target/cache");
      await().atMost(BUSY_MAX).until(() -> isWithoutLock(cache));
    } finally {
      trained.destroyForcibly();
    }
    assertThat(build.waitFor()).isNotZero();
  }

  private File out() {
    return folder.resolve("out").toFile();
  }

  private static boolean isWithoutLock(Path cache) throws IOException {
    try (var files = Files.list(cache)) {
      return files.noneMatch(file -> file.toString().endsWith(".lock"));
    }
  }

  private Path program(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
