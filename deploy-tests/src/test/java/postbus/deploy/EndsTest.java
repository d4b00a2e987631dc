package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Nobody kills a process that still waits for a reply to a final dot; of pods: WorkloadsTest. */
class EndsTest {
  private static final Path HERE = Path.of("..");
  private static final String SERVICES =
      "postbus/(ingress-smtp|policy-service|router-service|delivery-service|imap-bridge):.*";

  @Test
  void composeGivesServicesTheirTime() throws IOException {
    Object compose = new Yaml().load(Files.readString(HERE.resolve("docker-compose.yml")));
    List<Tree> services =
        new Tree(compose)
            .at("services").parts().values().stream()
                .map(Tree::new)
                .filter(service -> service.text("image").matches(SERVICES))
                .toList();
    assertThat(services).hasSizeGreaterThanOrEqualTo(6);
    int needed = EndOfProcess.read().secondsOfService();
    assertThat(services).allMatch(service -> seconds(service.text("stop_grace_period")) > needed);
  }

  private static int seconds(String duration) {
    assertThat(duration).matches("\\d+s");
    return Integer.parseInt(duration.substring(0, duration.length() - 1));
  }

  @Test
  void systemdAndDockerGiveStandaloneItsTime() throws IOException {
    int needed = EndOfProcess.read().secondsOfStandalone();
    assertThat(number("deploy/systemd/postbus.service", "TimeoutStopSec=(\\d+)"))
        .isGreaterThan(needed);
    assertThat(number("README.md", "`docker stop -t (\\d+)`")).isGreaterThan(needed);
  }

  private static int number(String file, String pattern) throws IOException {
    Matcher found = Pattern.compile(pattern).matcher(Files.readString(HERE.resolve(file)));
    assertThat(found.find()).as(file).isTrue();
    return Integer.parseInt(found.group(1));
  }
}
