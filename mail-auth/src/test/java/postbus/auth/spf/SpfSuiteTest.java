package postbus.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import postbus.auth.Zone;

/**
 * The suite of RFC 7208 that openspf.org published: {@code spf/rfc7208-tests.yml} in the folder
 * that the system property {@code postbus.fixtures} names. All its cases, or none.
 */
class SpfSuiteTest {
  private static final int CASES = 203;
  private static final Path SUITE =
      Path.of(System.getProperty("postbus.fixtures", ""), "spf", "rfc7208-tests.yml");

  @Test
  void isHere() throws IOException {
    assumeTrue(
        Files.exists(SUITE), "the " + CASES + " cases of RFC 7208's suite are left out: " + SUITE);
    assertThat(cases().size()).isEqualTo(CASES);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfTheSuite() throws IOException {
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(one.scenario() + ": " + one.name(), one::check));
  }

  /** A case with the zone of its scenario. */
  private record Case(String scenario, String name, Map<?, ?> test, Map<?, ?> zone) {
    void check() {
      Spf.Asked asked = asked();
      Spf.Outcome outcome = Spf.check(served(zone), Spf.Identity.MAIL_FROM, asked);

      List<String> allowed =
          test.get("result") instanceof List<?> several
              ? several.stream().map(String::valueOf).toList()
              : List.of(String.valueOf(test.get("result")));
      assertThat(outcome.result().toString()).isIn(allowed);
      if (test.get("explanation") instanceof String explanation) {
        assertThat(outcome.explanation().orElse("DEFAULT")).isEqualTo(explanation);
      }
    }

    private Spf.Asked asked() {
      String helo = String.valueOf(test.get("helo"));
      String mailFrom = String.valueOf(test.get("mailfrom"));
      int at = mailFrom.lastIndexOf('@');
      return new Spf.Asked(
          InetAddress.ofLiteral(String.valueOf(test.get("host"))),
          helo,
          at < 0 ? "" : mailFrom.substring(0, at),
          at < 0 ? helo : mailFrom.substring(at + 1),
          "receiver.example.org");
    }
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    if (Files.exists(SUITE)) {
      Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      try (Reader in = Files.newBufferedReader(SUITE)) {
        for (Object document : yaml.loadAll(in)) {
          Map<?, ?> scenario = (Map<?, ?>) document;
          ((Map<?, ?>) scenario.get("tests"))
              .forEach((name, test) ->
                  cases.add(
                      new Case(
                          String.valueOf(scenario.get("description")),
                          String.valueOf(name),
                          (Map<?, ?>) test,
                          (Map<?, ?>) scenario.get("zonedata"))));
        }
      }
    }
    return cases;
  }

  /** Records of the former type SPF stand for TXT ones, unless the name has such. */
  private static Zone served(Map<?, ?> data) {
    Zone zone = new Zone();
    data.forEach((name, entries) -> {
      boolean ownTexts =
          ((List<?>) entries)
              .stream().anyMatch(e -> e instanceof Map<?, ?> map && map.containsKey("TXT"));
      for (Object entry : (List<?>) entries) {
        if (entry instanceof Map<?, ?> record) {
          record.forEach((type, value) ->
              add(zone, String.valueOf(name), String.valueOf(type), value, ownTexts));
        } else {
          zone.silent(String.valueOf(name));
        }
      }
    });
    return zone;
  }

  private static void add(Zone zone, String name, String type, Object value, boolean ownTexts) {
    switch (type.toUpperCase(Locale.ROOT)) {
      case "SPF" -> {
        if (!ownTexts) {
          zone.text(name, joined(value));
        }
      }
      case "TXT" -> {
        if (!value.equals("NONE")) {
          zone.text(name, joined(value));
        }
      }
      case "MX" -> zone.add(name, type, String.valueOf(((List<?>) value).getLast()));
      default -> zone.add(name, type, String.valueOf(value));
    }
  }

  private static String joined(Object strings) {
    return strings instanceof List<?> list
        ? String.join("", list.stream().map(String::valueOf).toList())
        : String.valueOf(strings);
  }
}
