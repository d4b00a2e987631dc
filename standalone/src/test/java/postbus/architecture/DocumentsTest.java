package postbus.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages name is there: files that they lead to, and tests that show what they say. */
class DocumentsTest {
  private static final Path CHECKOUT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern SHOWN_BY = Pattern.compile("`([A-Z][a-z]\\w*(?:Test|IT))`");
  private static final int DEPTH_MAX = 12;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"})
  void whatAPageNamesIsThere(String name) throws IOException {
    String page = Files.readString(CHECKOUT.resolve(name));
    assertThat(names(LINK, page)).allSatisfy(file -> assertThat(CHECKOUT.resolve(file)).exists());
    assertThat(tests()).containsAll(names(SHOWN_BY, page));
  }

  private static List<String> names(Pattern pattern, String page) {
    return pattern.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static Set<String> tests() throws IOException {
    Set<String> all;
    try (Stream<Path> modules = Files.list(CHECKOUT)) {
      all =
          modules
              .map(module -> module.resolve("src/test/java"))
              .filter(Files::isDirectory)
              .flatMap(DocumentsTest::in)
              .collect(Collectors.toSet());
    }
    return all;
  }

  private static Stream<String> in(Path folder) {
    try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".java"))
          .map(file -> file.replace(".java", ""))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
