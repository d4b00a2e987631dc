package postbus.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Docker engine of this machine, if there is one: asked at once, and never told to pull. */
final class DockerEngine {
  private static final int ANSWER_SECONDS_MAX = 20;

  private DockerEngine() {}

  /** Leaves the test out where no engine answers, or where it lacks an image. */
  static void assumeItHas(List<String> images) throws InterruptedException {
    String version = answer(List.of("version", "--format", "{{.Server.APIVersion}}"));
    leaveOutUnless(!version.isEmpty(), "no Docker engine answers on this machine: left out");
    for (String image : images) {
      leaveOutUnless(
          !answer(List.of("image", "inspect", "--format", "{{.Id}}", image)).isEmpty(),
          "the Docker engine lacks the image "
              + image
              + ": left out; ./postbus images builds"
              + " ours, deploy/offline-images/build the others");
    }
    // Testcontainers speaks the newest version that it knows; Debian's engine is older.
    System.setProperty("api.version", version);
  }

  /** Says why, since a report of a class that is left out whole does not. */
  private static void leaveOutUnless(boolean isThere, String why) {
    if (!isThere) {
      System.err.println("ImagesIT: " + why);
    }
    assumeTrue(isThere, why);
  }

  /** What the command docker prints; nothing if it fails, or is not there. */
  private static String answer(List<String> arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(arguments);
    try {
      Process docker =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      if (!docker.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)) {
        docker.destroyForcibly();
        return "";
      }
      String printed = new String(docker.getInputStream().readAllBytes(), UTF_8).strip();
      return docker.exitValue() == 0 ? printed : "";
    } catch (IOException noDocker) {
      return "";
    }
  }
}
