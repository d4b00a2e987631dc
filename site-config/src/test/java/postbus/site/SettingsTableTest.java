package postbus.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.nodes.MappingNode;

/** docs/site.md lists each setting that the reader knows, as the reader knows it. */
class SettingsTableTest {
  private static final Path TABLE = Path.of("../docs/site.md");

  @TempDir private Path folder;

  @Test
  void theTableHoldsEverySettingWithItsRangeAndDefault() throws IOException {
    SiteFolder site =
        SiteFolder.in(folder)
            .add(
                """
                routes: {example.com: a.example.com:25}
                otrs: {target: otrs@example.com, file: otrs}
                pipes: {handler: {command: /bin/handler}}
                sites: {example.com: {}}
                tls-rules: {example.com: required}
                block-lists: {zen: {zone: zen.example.com}}
                spam: {servers: 127.0.0.1:783}
                virus: {servers: /run/clamd.sock}
                """)
            .change(
                "tls: never",
                "tls: never\n    dkim: {a: {domain: a.org, selector: a, key-file: a.pem}}\n    warm-up: {127.0.0.2: 5%}");
    Set<Setting> known =
        switch (YamlFile.read(site.path("postbus.yaml"), "postbus.yaml")) {
          case Checked.Good<MappingNode>(var root, _) -> SiteReader.settings(root);
          case Checked.Wrong<MappingNode>(var problems) -> throw new AssertionError(problems);
        };

    List<Setting> listed =
        Files.readAllLines(TABLE).stream()
            .filter(
                line -> line.startsWith("| `") && !line.startsWith("| `{")) // {SCHEME}s are none
            .map(line -> line.split("\\s*\\|\\s*"))
            .map(cells -> new Setting(cells[1].replace("`", ""), cells[3], cells[4]))
            .toList();

    assertThat(listed).containsExactlyInAnyOrderElementsOf(known);
  }
}
