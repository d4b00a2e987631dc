package postbus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The rules that Prometheus alerts by: valid, tried on stories, and each with what to do then. */
class AlertRulesTest {
  private static final Path CHECKOUT = Path.of("..");
  private static final Path FOLDER = CHECKOUT.resolve("deploy/prometheus");
  private static final String PAGE = "docs/howto/answer-an-alert.md";
  private static final Pattern SECTION = Pattern.compile("(?m)^### (Postbus\\w+)$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]*)(?:#([^)]*))?\\)");

  private record Rule(String name, String expression, Map<?, ?> labels, Map<?, ?> annotations) {
    boolean isAlert() {
      return !annotations.isEmpty();
    }
  }

  @Test
  void prometheusTakesThemAndTheConfigurationAroundThem() throws Exception {
    Promtool.succeeds(FOLDER, "check", "config", "prometheus.yml");
  }

  @Test
  void theirStoriesEndAsTheyShould() throws Exception {
    Promtool.succeeds(FOLDER, "test", "rules", "postbus-alerts-test.yml");
  }

  @Test
  void theyAskForMetricsThatThereAre() throws IOException {
    KnownMetrics known = new KnownMetrics(CHECKOUT.resolve("docs/metrics.md"));
    assertThat(rules())
        .isNotEmpty()
        .allSatisfy(
            rule -> assertThat(known.unknownIn(rule.expression())).as(rule.name()).isEmpty());
  }

  @Test
  void eachSaysHowBadItIsAndWhereItIsToldWhatToDo() throws IOException {
    assertThat(rules())
        .filteredOn(Rule::isAlert)
        .allSatisfy(rule -> {
          assertThat(rule.labels().get("severity")).isIn("critical", "warning");
          assertThat(rule.annotations().get("runbook"))
              .isEqualTo(PAGE + "#" + rule.name().toLowerCase(Locale.ROOT));
        });
  }

  @Test
  void eachHasItsSectionAndItsStory() throws IOException {
    List<String> alerts = rules().stream().filter(Rule::isAlert).map(Rule::name).toList();
    String page = Files.readString(CHECKOUT.resolve(PAGE));
    assertThat(SECTION.matcher(page).results().map(section -> section.group(1)))
        .containsExactlyInAnyOrderElementsOf(alerts);
    String stories = Files.readString(FOLDER.resolve("postbus-alerts-test.yml"));
    assertThat(alerts).allMatch(alert -> stories.contains("alertname=\"" + alert + "\""));
  }

  /** An operator in need follows them. */
  @Test
  void noLinkOfThatPageLeadsNowhere() throws IOException {
    Path page = CHECKOUT.resolve(PAGE);
    for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
      assertThat(target).exists();
      if (link.group(2) != null) {
        assertThat(anchors(target)).contains(link.group(2));
      }
    }
  }

  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  private static List<Rule> rules() throws IOException {
    Map<?, ?> file =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(FOLDER.resolve("postbus-alerts.yml")));
    return list(file.get("groups")).stream()
        .flatMap(group -> list(group.get("rules")).stream())
        .map(rule ->
            new Rule(
                String.valueOf(rule.get(rule.containsKey("alert") ? "alert" : "record")),
                String.valueOf(rule.get("expr")),
                map(rule.get("labels")),
                map(rule.get("annotations"))))
        .toList();
  }

  private static List<Map<?, ?>> list(@Nullable Object node) {
    return node instanceof List<?> all
        ? all.stream().<Map<?, ?>>map(AlertRulesTest::map).toList()
        : List.of();
  }

  private static Map<?, ?> map(@Nullable Object node) {
    return node instanceof Map<?, ?> map ? map : Map.of();
  }
}
