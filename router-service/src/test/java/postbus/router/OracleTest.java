package postbus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import postbus.site.InvalidSite;

/** The router against what a real Exim does with the seed's rules, on the same site and zone. */
class OracleTest {
  /** Of a folder that is no part of the project, for who asks Exim about a site of his own. */
  private static final String ANOTHER = System.getProperty("oracle", "");

  @TempDir Path folder;

  @Test
  void onTheSeedsSiteTheRouterSaysWhatEximSays() throws IOException, InvalidSite {
    assertThat(differences(OracleSite.ORACLE, 91)).isEmpty();
  }

  @Test
  void onASiteFullOfOdditiesTheRouterSaysWhatEximSays() throws IOException, InvalidSite {
    assertThat(differences(Path.of("src/test/resources/oracle-odd"), 362)).isEmpty();
  }

  @Test
  void onAnotherSiteTheRouterSaysWhatEximSays() throws IOException, InvalidSite {
    assumeTrue(!ANOTHER.isEmpty());
    assertThat(differences(Path.of(ANOTHER), 1)).isEmpty();
  }

  private List<String> differences(Path oracle, int casesMin) throws IOException, InvalidSite {
    List<String> different = new ArrayList<>();
    List<String> lines = Files.readAllLines(oracle.resolve("cases.jsonl"));
    assertThat(lines).hasSizeGreaterThanOrEqualTo(casesMin);
    try (OracleSite site = OracleSite.of(oracle, folder)) {
      for (String line : lines) {
        JsonNode expected = new ObjectMapper().readTree(line);
        String recipient = expected.get("recipient").asText();
        OracleAnswer exims = OracleAnswer.ofExim(expected);
        OracleAnswer ours = OracleAnswer.ofRouter(site, recipient, exims);
        if (!ours.equals(exims)) {
          different.add(recipient + "\n  exim " + exims + "\n  ours " + ours);
        }
      }
    }
    return different;
  }
}
