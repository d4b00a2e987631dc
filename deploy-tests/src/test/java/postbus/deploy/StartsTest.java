package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static postbus.deploy.Manifests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a start may take, and what the one of standalone's image has learned before. */
class StartsTest {
  private static final Path HERE = Path.of("..");

  static List<Manifests> overlays() {
    return Manifests.overlays();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aRollOutHasNotFailedBeforeAStartMayHave(Manifests manifests) {
    List<Tree> deployments =
        manifests.workloads().stream()
            .filter(workload -> workload.text("kind").equals("Deployment"))
            .toList();
    assertThat(deployments).isNotEmpty();
    for (Tree deployment : deployments) {
      Tree startup = container(deployment).at("startupProbe");
      int start = startup.number("periodSeconds") * startup.number("failureThreshold");
      assertThat(deployment.number("spec", "progressDeadlineSeconds")).isGreaterThan(start);
    }
  }

  /** The JVM takes no cache that was made with another collector, and says nothing. */
  @Test
  void theImageIsTrainedInATimeAndWithTheOptionsOfItsStart() throws IOException {
    String dockerfile = Files.readString(HERE.resolve("standalone/Dockerfile"));
    MatchResult training =
        found(dockerfile, "timeout -k \\d+ (\\d+) java ([^&|]*) -XX:AOTCacheOutput=(\\S+)");
    MatchResult launcher =
        found(Files.readString(HERE.resolve("postbus")), "second < (\\d+); second\\+\\+");
    assertThat(Integer.parseInt(training.group(1)))
        .as("s; no less than the launcher's own training has")
        .isGreaterThanOrEqualTo(Integer.parseInt(launcher.group(1)));
    String start = found(dockerfile, "ENTRYPOINT \\[([^\\]]*)\\]").group(1);
    List<String> options =
        Pattern.compile("-\\S+")
            .matcher(training.group(2))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(options).isNotEmpty().allMatch(option -> start.contains('"' + option + '"'));
    assertThat(start).contains("\"-XX:AOTCache=/opt/postbus/" + training.group(3) + '"');
  }

  private static MatchResult found(String text, String pattern) {
    var matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.toMatchResult();
  }
}
