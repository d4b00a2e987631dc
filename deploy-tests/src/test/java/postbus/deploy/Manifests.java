package postbus.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an overlay brings into a cluster. */
record Manifests(String name, List<Tree> all) {
  static final Path ROOT = Path.of("..", "deploy", "k8s");
  private static final Map<String, Manifests> BUILT = new ConcurrentHashMap<>();

  /** The two that can be applied. */
  static List<Manifests> overlays() {
    return List.of(overlay("production"), overlay("single-node"));
  }

  /** Built once for all tests, which only look at it. */
  static Manifests overlay(String name) {
    return BUILT.computeIfAbsent(name, _ -> of(name, Kustomization.build(folder(name))));
  }

  static Path folder(String overlay) {
    return ROOT.resolve("overlays").resolve(overlay);
  }

  /** The small overlay with a component, also one that none has. */
  static Manifests with(String component) {
    Path over = ROOT.resolve("components").resolve(component);
    return of("single-node with " + component, Kustomization.build(folder("single-node"), over));
  }

  private static Manifests of(String name, List<Map<String, Object>> resources) {
    return new Manifests(name, resources.stream().map(Tree::new).toList());
  }

  Stream<Tree> kind(String kind) {
    return all.stream().filter(one -> one.text("kind").equals(kind));
  }

  Tree one(String kind, String name) {
    return kind(kind)
        .filter(one -> one.text("metadata", "name").equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + this.name));
  }

  /** Deployments and StatefulSets of the services: not where operators give their commands. */
  List<Tree> workloads() {
    return Stream.concat(kind("Deployment"), kind("StatefulSet"))
        .filter(one -> !one.text("metadata", "name").equals("operator"))
        .toList();
  }

  static Tree pod(Tree workload) {
    return workload.at("spec", "template", "spec");
  }

  static Tree container(Tree workload) {
    return pod(workload).at("containers").named("postbus");
  }

  static Map<String, String> labels(Tree workload) {
    return workload.at("spec", "template", "metadata", "labels").pairs();
  }

  /** What a process reads from its environment: of the ConfigMaps, and its own. */
  Map<String, String> environment(Tree workload) {
    Map<String, String> all =
        container(workload)
            .at("envFrom")
            .each()
            .flatMap(from ->
                one("ConfigMap", from.text("configMapRef", "name"))
                    .at("data")
                    .pairs()
                    .entrySet()
                    .stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    container(workload)
        .at("env")
        .each()
        .forEach(one -> all.put(one.text("name"), one.text("value")));
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}
