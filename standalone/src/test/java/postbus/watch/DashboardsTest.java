package postbus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards: each asks the data source that a person picks for metrics that there are. */
class DashboardsTest {
  private static final Path CHECKOUT = Path.of("..");
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Board(String file, JsonNode tree) {
    List<JsonNode> panels() {
      List<JsonNode> panels = new ArrayList<>();
      tree.get("panels").forEach(panels::add);
      return panels;
    }

    Stream<String> expressions() {
      return tree.findValuesAsText("expr").stream();
    }
  }

  @Test
  void theyAskForMetricsThatThereAre() throws IOException {
    KnownMetrics known = new KnownMetrics(CHECKOUT.resolve("docs/metrics.md"));
    for (Board board : boards()) {
      assertThat(board.expressions())
          .isNotEmpty()
          .allSatisfy(asked ->
              assertThat(known.unknownIn(asked)).as("%s: %s", board.file(), asked).isEmpty());
    }
  }

  @Test
  void aMetricOrALabelThatThereIsNotWouldBeNamed() throws IOException {
    KnownMetrics known = new KnownMetrics(CHECKOUT.resolve("docs/metrics.md"));
    String asked = "rate(postbus_stage_works[5m]) / sum(postbus_outcomes_total{site=\"x\"})";
    assertThat(known.unknownIn(asked))
        .containsExactly(
            "no metric postbus_stage_works", "postbus_outcomes_total has no label site");
  }

  /** What Grafana puts in the place of its variables is put there first. */
  @Test
  void prometheusUnderstandsWhatTheyAsk(@TempDir Path folder) throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboards\n  rules:\n");
    int number = 0;
    for (Board board : boards()) {
      for (String expression : board.expressions().toList()) {
        String asked =
            expression.replace("$__rate_interval", "1m").replaceAll("\\$(stage|pool)", ".*");
        assertThat(asked).as(board.file()).doesNotContain("$");
        rules.append("  - record: asked:%d\n    expr: ".formatted(number++));
        rules.append(JSON.writeValueAsString(asked)).append('\n');
      }
    }
    Files.writeString(folder.resolve("asked.yml"), rules);
    Promtool.succeeds(folder, "check", "rules", "asked.yml");
  }

  @Test
  void eachPanelHasItsPlaceItsUnitAndTheSourceThatIsPicked() throws IOException {
    for (Board board : boards()) {
      assertThat(board.tree().at("/templating/list/0/type").asText()).isEqualTo("datasource");
      assertThat(board.panels())
          .extracting(panel -> panel.get("id").asInt())
          .doesNotHaveDuplicates();
      assertThat(board.panels())
          .extracting(
              panel -> panel.at("/gridPos/x").asInt() + "," + panel.at("/gridPos/y").asInt())
          .doesNotHaveDuplicates();
      assertThat(board.panels())
          .filteredOn(panel -> !panel.get("type").asText().equals("text"))
          .isNotEmpty()
          .allSatisfy(panel -> {
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(panel.get("fieldConfig").toString()).contains("unit");
          });
    }
  }

  /** Grafana's published schema wants all of these. */
  @Test
  void linksAndLegendsAreWhole() throws IOException {
    for (Board board : boards()) {
      assertThat(board.tree().get("links"))
          .isNotEmpty()
          .allSatisfy(link ->
              assertThat(link.fieldNames())
                  .toIterable()
                  .contains("icon", "tooltip", "targetBlank", "includeVars", "keepTime"));
      assertThat(board.tree().findValues("legend"))
          .isNotEmpty()
          .allSatisfy(legend ->
              assertThat(legend.fieldNames())
                  .toIterable()
                  .contains("calcs", "displayMode", "placement", "showLegend"));
    }
  }

  private static List<Board> boards() throws IOException {
    List<Board> boards = new ArrayList<>();
    try (Stream<Path> files = Files.list(CHECKOUT.resolve("deploy/grafana/dashboards"))) {
      for (Path file : files.sorted().toList()) {
        boards.add(new Board(file.toString(), JSON.readTree(file.toFile())));
      }
    }
    assertThat(boards).hasSize(5);
    return boards;
  }
}
