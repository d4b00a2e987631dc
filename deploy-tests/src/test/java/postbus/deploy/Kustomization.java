package postbus.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What {@code kubectl kustomize} makes of a folder, of as much of kustomize as the folders use:
 * resources, components, patches by strategic merge, namespace, replicas. Anything else is refused.
 * {@link KustomizeTest} holds it against the real one where there is one.
 */
final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of("apiVersion", "kind", "namespace", "resources", "components", "patches", "replicas");

  /** Kinds of the manifests that belong to no namespace. */
  private static final Set<String> CLUSTER_WIDE = Set.of("Namespace");

  private final Path folder;
  private final Tree file;
  private final List<Map<String, Object>> resources = new ArrayList<>();

  private Kustomization(Path folder) {
    this.folder = folder;
    this.file = new Tree(documents(folder.resolve("kustomization.yaml")).getFirst());
  }

  static List<Map<String, Object>> build(Path folder) {
    Kustomization all = new Kustomization(folder);
    all.build();
    return all.resources;
  }

  /** As {@code components} of a kustomization over others. */
  static List<Map<String, Object>> build(Path base, Path component) {
    List<Map<String, Object>> resources = build(base);
    Kustomization over = new Kustomization(component);
    over.resources.addAll(resources);
    over.build();
    return over.resources;
  }

  private void build() {
    Set<String> unknown = new TreeSet<>(file.parts().keySet());
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(folder + ": not known here: " + unknown);
    }
    for (String name : file.at("resources").texts()) {
      Path path = folder.resolve(name).normalize();
      resources.addAll(Files.isDirectory(path) ? build(path) : documents(path));
    }
    for (String name : file.at("components").texts()) {
      Kustomization component = new Kustomization(folder.resolve(name).normalize());
      component.resources.addAll(resources);
      component.build();
      resources.clear();
      resources.addAll(component.resources);
    }
    file.at("patches").each().forEach(this::patch);
    if (file.at("namespace").isThere()) {
      resources.stream()
          .filter(resource -> !CLUSTER_WIDE.contains(resource.get("kind")))
          .forEach(resource -> part(resource, "metadata").put("namespace", file.text("namespace")));
    }
    file.at("replicas").each().forEach(this::replicas);
  }

  private void patch(Tree entry) {
    Map<String, Object> patch = documents(folder.resolve(entry.text("path"))).getFirst();
    Tree what = new Tree(patch);
    Tree target = entry.at("target");
    List<Map<String, Object>> found =
        resources.stream()
            .filter(resource ->
                target.isThere() ? isTarget(resource, target) : isSame(new Tree(resource), what))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(folder + ": nothing to patch by " + entry);
    }
    Map<String, Object> body = new LinkedHashMap<>(patch);
    if (target.isThere()) {
      body.keySet().removeAll(Set.of("apiVersion", "kind", "metadata"));
    }
    found.forEach(resource -> StrategicMerge.into(resource, body));
  }

  private static boolean isTarget(Map<String, Object> resource, Tree target) {
    Tree is = new Tree(resource);
    String[] label = target.text("labelSelector").split("=", 2);
    return matches(target.text("kind"), is.text("kind"))
        && matches(target.text("name"), is.text("metadata", "name"))
        && (label.length < 2 || is.text("metadata", "labels", label[0]).equals(label[1]));
  }

  private static boolean matches(String pattern, String text) {
    return pattern.isEmpty() || text.matches(pattern);
  }

  private static boolean isSame(Tree resource, Tree patch) {
    return List.of("apiVersion", "kind").stream()
            .allMatch(key -> resource.text(key).equals(patch.text(key)))
        && List.of("name", "namespace").stream()
            .allMatch(key -> resource.text("metadata", key).equals(patch.text("metadata", key)));
  }

  private void replicas(Tree entry) {
    resources.stream()
        .filter(resource -> Set.of("Deployment", "StatefulSet").contains(resource.get("kind")))
        .filter(resource -> new Tree(resource).text("metadata", "name").equals(entry.text("name")))
        .forEach(resource -> part(resource, "spec").put("replicas", entry.number("count")));
  }

  @SuppressWarnings("unchecked") // What YAML reads.
  private static Map<String, Object> part(Map<String, Object> resource, String name) {
    return (Map<String, Object>) resource.get(name);
  }

  /** The documents of a file, each a tree of its own: no two share a part by an anchor. */
  @SuppressWarnings("unchecked") // What YAML reads.
  static List<Map<String, Object>> documents(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Map<String, Object>> documents = new ArrayList<>();
      for (Object one : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(in)) {
        documents.add((Map<String, Object>) StrategicMerge.copy(one));
      }
      return documents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
