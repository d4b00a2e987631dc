package postbus.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real kustomize makes the same of the folders as the tests beside this one. It needs
 * components, so kubectl 1.21 or newer: Debian 12's is older, and where there is no other this is
 * left out.
 */
class KustomizeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"production", "single-node"})
  @Timeout(120)
  void theRealOneMakesTheSame(String overlay) throws Exception {
    Path made = folder.resolve("made.yaml");
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", Manifests.folder(overlay).toString())
              .redirectOutput(made.toFile())
              .redirectError(folder.resolve("errors").toFile())
              .start();
    } catch (IOException none) {
      assumeTrue(false, "left out: no kubectl here");
      return;
    }
    boolean isThrough = kubectl.waitFor(60, TimeUnit.SECONDS);
    String errors = Files.readString(folder.resolve("errors"));
    assumeTrue(!errors.contains("unknown field"), "left out: this kubectl knows no components");
    assertThat(isThrough && kubectl.exitValue() == 0).as(errors).isTrue();

    assertThat(byName(Kustomization.build(Manifests.folder(overlay))))
        .isEqualTo(byName(Kustomization.documents(made)));
  }

  private static Map<String, Object> byName(List<Map<String, Object>> resources) {
    return resources.stream()
        .collect(
            Collectors.toMap(
                one -> one.get("kind") + "/" + new Tree(one).text("metadata", "name"),
                inAnyOrder()));
  }

  /** Named items in the order of their names, but for containers that start one after the other. */
  private static Function<Object, Object> inAnyOrder() {
    return tree ->
        switch (tree) {
          case Map<?, ?> map ->
              map.entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          e -> e.getKey().toString(),
                          e ->
                              e.getKey().equals("initContainers")
                                  ? e.getValue()
                                  : inAnyOrder().apply(e.getValue())));
          case List<?> items ->
              items.stream()
                  .map(inAnyOrder())
                  .sorted(Comparator.comparing(item -> new Tree(item).text("name")))
                  .toList();
          default -> tree;
        };
  }
}
